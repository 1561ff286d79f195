using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Identity.Client;

namespace SpotifyClientCredentials.Benchmarks;

/// <summary>
/// Connects MSAL to a token endpoint like Spotify's: serves the discovery document that MSAL requires, and rewrites its token request, which
/// has the credentials in the body and a scope. Adds five minutes to the lifetime, because MSAL treats a token as expired five minutes early.
/// </summary>
internal sealed class MsalTransport : DelegatingHandler, IMsalHttpClientFactory
{
    public const string Authority = "https://accounts.example";

    private static readonly TimeSpan ExpiryBuffer = TimeSpan.FromMinutes(5);

    private readonly Uri _tokenEndpoint;
    private readonly AuthenticationHeaderValue _basic;
    private readonly HttpClient _client;

    public MsalTransport(HttpMessageHandler transport, Uri tokenEndpoint, string clientId, string clientSecret)
        : base(transport)
    {
        _tokenEndpoint = tokenEndpoint;
        _basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));
        _client = new HttpClient(this, disposeHandler: false);
    }

    public HttpClient GetHttpClient() => _client;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = JsonContent.Create(new JsonObject
                {
                    ["issuer"] = Authority,
                    ["token_endpoint"] = $"{Authority}/token",
                    ["authorization_endpoint"] = $"{Authority}/authorize",
                }),
            };
        }

        using HttpRequestMessage plain = new(HttpMethod.Post, _tokenEndpoint) { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        plain.Headers.Authorization = _basic;
        HttpResponseMessage response = await base.SendAsync(plain, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken).ConfigureAwait(false) is { } body)
        {
            body["expires_in"] = (int)body["expires_in"]! + (int)ExpiryBuffer.TotalSeconds;
            response.Content = JsonContent.Create(body);
        }

        return response;
    }
}
