using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Identity.Client;
using ZiggyCreatures.Caching.Fusion;

namespace SpotifyClientCredentials.Benchmarks;

/// <summary>The lower limit: sets a prebuilt header. Source: the handler in .NET's documentation of DelegatingHandler, without its work.</summary>
internal sealed class LimitHandler : DelegatingHandler
{
    public static AuthenticationHeaderValue Header { get; } = new("Bearer", "BQbenchmarkbenchmarkbenchmark");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = Header;
        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>The minimum for a correct handler: one clock read and one check of the address. Source: [B7] and [B16] of the design.</summary>
/// <param name="origin">What the address of a request that gets the header starts with.</param>
internal class LimitClockHandler(string origin = "https://api.spotify.com/") : DelegatingHandler
{
    private readonly long _usableUntil = TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency * 86400);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.OriginalString.StartsWith(origin, StringComparison.Ordinal) && TimeProvider.System.GetTimestamp() < _usableUntil)
        {
            request.Headers.Authorization = LimitHandler.Header;
        }

        return base.SendAsync(request, cancellationToken);
    }
}

/// <summary>The minimum for a handler that handles a 401 and so has to await the response. Source: as above, with [B18].</summary>
/// <inheritdoc cref="LimitClockHandler"/>
internal sealed class LimitClockAwaitHandler(string origin = "https://api.spotify.com/") : LimitClockHandler(origin)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Unauthorized ? throw new HttpRequestException("401") : response;
    }
}

/// <summary>A typical token request. Source: the example in Spotify's client credentials guide, in C#.</summary>
internal sealed class PlainTokenRequest(HttpClient client, Uri tokenEndpoint, string clientId, string clientSecret)
{
    public async Task<(string Token, TimeSpan Lifetime)> SendAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, tokenEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        JsonElement body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        return (body.GetProperty("access_token").GetString()!, TimeSpan.FromSeconds(body.GetProperty("expires_in").GetInt32()));
    }
}

/// <summary>A handler that gets a token for each request. Source: IdentityModel's AccessTokenDelegatingHandler, without its handling of a 401.</summary>
internal sealed class TokenHandler(Func<CancellationToken, ValueTask<string>> getToken) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await getToken(cancellationToken).ConfigureAwait(false));
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>
/// The common idiom: a semaphore around an expiry check. Source: IdentityModel's AccessTokenDelegatingHandler, which takes its semaphore for
/// each access, with an expiry check added.
/// </summary>
internal sealed class SemaphoreTokens(PlainTokenRequest request) : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);
    private string? _token;
    private DateTimeOffset _expiresOn;

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is null || TimeProvider.System.GetUtcNow() >= _expiresOn)
            {
                (_token, TimeSpan lifetime) = await request.SendAsync(cancellationToken).ConfigureAwait(false);
                _expiresOn = TimeProvider.System.GetUtcNow() + (lifetime * 0.95);
            }

            return _token;
        }
        finally
        {
            _semaphore.Release();
        }
    }

    public void Dispose() => _semaphore.Dispose();
}

/// <summary>
/// A careful implementation with a cache library. Source: FusionCache's documentation of adaptive caching, eager refresh and fail-safe.
/// </summary>
internal sealed class FusionCacheTokens(PlainTokenRequest request) : IDisposable
{
    private readonly FusionCache _cache = new(new FusionCacheOptions
    {
        DefaultEntryOptions = new FusionCacheEntryOptions().SetFailSafe(true, throttleDuration: TimeSpan.FromSeconds(1)).SetEagerRefresh(0.8f).SetFactoryTimeouts(hardTimeout: TimeSpan.FromSeconds(10)),
    });

    public ValueTask<string> GetAsync(CancellationToken cancellationToken) => _cache.GetOrSetAsync<string>(
        "token",
        async (context, cancellation) =>
        {
            (string token, TimeSpan lifetime) = await request.SendAsync(cancellation).ConfigureAwait(false);
            context.Options.Duration = lifetime * 0.9;
            context.Options.FailSafeMaxDuration = lifetime * 0.98;
            return token;
        },
        token: cancellationToken);

    public void Dispose() => _cache.Dispose();
}

/// <summary>The Azure SDK's policy with a custom credential. Source: Azure.Core's documentation of TokenCredential and BearerTokenAuthenticationPolicy.</summary>
internal sealed class AzureCoreTokens(PlainTokenRequest request) : TokenCredential
{
    public static BearerTokenAuthenticationPolicy PolicyFor(PlainTokenRequest request) => new(new AzureCoreTokens(request), "app");

    public override Azure.Core.AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<Azure.Core.AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        (string token, TimeSpan lifetime) = await request.SendAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        // The default, five minutes before expiry, is longer than the lifetimes in the scenarios.
        return new Azure.Core.AccessToken(token, now + (lifetime * 0.95), now + (lifetime * 0.8));
    }
}

/// <summary>MSAL with an authority other than Microsoft's. Source: MSAL.NET's documentation of client credential flows and generic authorities.</summary>
internal sealed class MsalTokens
{
    private readonly IConfidentialClientApplication _app;

    public MsalTokens(HttpMessageHandler transport, Uri tokenEndpoint, string clientId, string clientSecret) =>
        _app = ConfidentialClientApplicationBuilder.Create(clientId)
            .WithClientSecret(clientSecret)
            .WithExperimentalFeatures()
            .WithOidcAuthority(MsalTransport.Authority)
            .WithHttpClientFactory(new MsalTransport(transport, tokenEndpoint, clientId, clientSecret))
            .Build();

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken) =>
        (await _app.AcquireTokenForClient(["app"]).ExecuteAsync(cancellationToken).ConfigureAwait(false)).AccessToken;
}
