using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>
/// Responds to <c>POST /api/token</c> as Spotify does: a wrong client gets 400, although RFC 6749, section 5.2, specifies 401.
/// </summary>
internal sealed class DefaultTokenEndpoint(string clientId, string clientSecret, IssuedTokens issuedTokens, TimeProvider timeProvider)
{
    public const string Path = "/api/token";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _clientSecret = clientSecret;

    private long _downUntilTicks;

    public DateTimeOffset DownUntil
    {
        get => new(Interlocked.Read(ref _downUntilTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _downUntilTicks, value.UtcTicks);
    }

    public FakeResponse GetResponse(RecordedRequest request, TimeSpan lifetime)
    {
        if (timeProvider.GetUtcNow() < DownUntil)
        {
            return FakeResponse.ServiceUnavailableHtml;
        }

        if (request.Method != HttpMethod.Post)
        {
            return new FakeResponse(HttpStatusCode.MethodNotAllowed).WithHeader("Allow", "POST");
        }

        return ValidateMediaType(request) ?? ValidateClient(request) ?? ValidateGrantType(request) ?? TokenResponse(request, lifetime);
    }

    private static FakeResponse? ValidateMediaType(RecordedRequest request)
    {
        if (!request.Headers.TryGetValue("Content-Type", out string? contentType))
        {
            return Error(HttpStatusCode.InternalServerError, "server_error");
        }

        return MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? mediaType)
            && string.Equals(mediaType.MediaType, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            ? null
            : Error(HttpStatusCode.UnsupportedMediaType, "server_error", "Unexpected status: 415");
    }

    private FakeResponse? ValidateClient(RecordedRequest request)
    {
        // Spotify's tutorial "Getting started with Web API" sends the credentials in the body (RFC 6749, section 2.3.1).
        (string id, string secret) = request.Headers.TryGetValue("Authorization", out string? authorization)
            ? ParseBasic(authorization)
            : (GetField(request, "client_id"), GetField(request, "client_secret"));
        if (id != clientId)
        {
            return FakeResponse.InvalidClient;
        }

        return secret == _clientSecret ? null : FakeResponse.InvalidClientSecret;
    }

    private static FakeResponse? ValidateGrantType(RecordedRequest request)
    {
        string grantType = GetField(request, "grant_type");
        return grantType switch
        {
            "client_credentials" => null,
            "" => Error(HttpStatusCode.BadRequest, "unsupported_grant_type", "grant_type parameter is missing"),
            _ => Error(HttpStatusCode.BadRequest, "unsupported_grant_type", $"grant_type {grantType} is not supported"),
        };
    }

    private FakeResponse TokenResponse(RecordedRequest request, TimeSpan lifetime) => JsonResponse.Create(HttpStatusCode.OK, new()
    {
        ["access_token"] = issuedTokens.Issue(request.Timestamp, lifetime),
        ["token_type"] = "Bearer",
        ["expires_in"] = (decimal)lifetime.Ticks / TimeSpan.TicksPerSecond,
    }).WithHeader("Cache-Control", "no-store").WithHeader("Pragma", "no-cache");

    private static FakeResponse Error(HttpStatusCode statusCode, string error, string? description = null)
    {
        JsonObject body = new() { ["error"] = error };
        if (description is not null)
        {
            body.Add("error_description", description);
        }

        return JsonResponse.Create(statusCode, body);
    }

    private static string GetField(RecordedRequest request, string name) =>
        QueryHelpers.ParseQuery(request.Body).GetValueOrDefault(name).ToString();

    private static (string Id, string Secret) ParseBasic(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out AuthenticationHeaderValue? header)
            || !string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase))
        {
            return ("", "");
        }

        byte[] credentials = new byte[header.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(header.Parameter ?? "", credentials, out int length)
            && Encoding.UTF8.GetString(credentials, 0, length).Split(':', 2) is [string id, string secret]
            ? (id, secret)
            : ("", "");
    }
}
