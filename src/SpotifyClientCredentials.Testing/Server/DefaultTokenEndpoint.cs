using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>
/// Responds to <c>POST /api/token</c> as Spotify does: a wrong client gets 400, although RFC 6749, section 5.2, specifies 401.
/// </summary>
internal sealed class DefaultTokenEndpoint(string clientId, string clientSecret, IssuedTokens issuedTokens)
{
    public const string Path = "/api/token";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _clientSecret = clientSecret;

    public FakeResponse GetResponse(RecordedRequest request, TimeSpan lifetime)
    {
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
        (string id, string secret) = ParseBasic(request.Headers.GetValueOrDefault("Authorization"));
        if (id != clientId)
        {
            return FakeResponse.InvalidClient;
        }

        return secret == _clientSecret ? null : FakeResponse.InvalidClientSecret;
    }

    private static FakeResponse? ValidateGrantType(RecordedRequest request)
    {
        string grantType = QueryHelpers.ParseQuery(request.Body).GetValueOrDefault("grant_type").ToString();
        return grantType switch
        {
            "client_credentials" => null,
            "" => Error(HttpStatusCode.BadRequest, "unsupported_grant_type", "grant_type parameter is missing"),
            _ => Error(HttpStatusCode.BadRequest, "unsupported_grant_type", $"grant_type {grantType} is not supported"),
        };
    }

    private FakeResponse TokenResponse(RecordedRequest request, TimeSpan lifetime) => JsonResponse.Create(HttpStatusCode.OK, json =>
    {
        json.WriteString("access_token", issuedTokens.Issue(request.Timestamp, lifetime));
        json.WriteString("token_type", "Bearer");
        json.WriteNumber("expires_in", (decimal)lifetime.Ticks / TimeSpan.TicksPerSecond);
    }).WithHeader("Cache-Control", "no-store").WithHeader("Pragma", "no-cache");

    private static FakeResponse Error(HttpStatusCode statusCode, string error, string? description = null) =>
        JsonResponse.Create(statusCode, json =>
        {
            json.WriteString("error", error);
            if (description is not null)
            {
                json.WriteString("error_description", description);
            }
        });

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
