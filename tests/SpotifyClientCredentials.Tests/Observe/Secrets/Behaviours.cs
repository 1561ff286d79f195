using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Everything that the library does, one example each.</summary>
internal static partial class Behaviours
{
    public static readonly Dictionary<string, Func<ObservedApp, Task>> All = new()
    {
        ["happy path"] = app => GetTrackAsync(app),
        ["synchronous call"] = app => Task.Run(() =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, SpotifyApp.Track);
            using HttpResponseMessage response = app.Api.Send(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }),
        ["renewal ahead"] = async app =>
        {
            await GetTrackAsync(app);
            app.Clock.Advance(TimeSpan.FromMinutes(56));
            await GetTrackAsync(app);
            await Soon.UntilAsync(() => app.Observation.Log.Events(2).Any());
            await GetTrackAsync(app);
        },
        ["renewal that fails"] = async app =>
        {
            await GetTrackAsync(app);
            app.Fake.TokenResponse = EchoOf(Basic(app), HttpStatusCode.ServiceUnavailable);
            app.Clock.Advance(TimeSpan.FromMinutes(56));
            await GetTrackAsync(app);
            await Soon.UntilAsync(() => app.Observation.Log.Events(4).Any());
        },
        ["401, then a retry that succeeds"] = async app =>
        {
            await GetTrackAsync(app);
            app.Fake.RevokeTokens();
            await GetTrackAsync(app);
            Assert.Equal(2, app.Fake.TokenRequests.Count);
        },
        ["401 of a synchronous call"] = async app =>
        {
            await GetTrackAsync(app);
            app.Fake.RevokeTokens();
            using HttpRequestMessage request = new(HttpMethod.Get, SpotifyApp.Track);
            using HttpResponseMessage response = await Task.Run(() => app.Api.Send(request)).Within();
            Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, app.Fake.TokenRequests.Count));
        },
        ["401 of a copied message"] = async app =>
        {
            AccessToken token = await app.Provider.GetTokenAsync();
            app.Observation.Secrets.Add("token", token.Value);
            app.Fake.RevokeTokens();
            using HttpRequestMessage copy = new(HttpMethod.Get, SpotifyApp.Track);
            copy.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token.Value}");
            using HttpResponseMessage response = await app.Api.SendAsync(copy).Within();
            Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, app.Fake.TokenRequests.Count));
        },
        ["API that rejects everything"] = async app =>
        {
            app.Fake.ApiResponse = FakeResponse.Unauthorized;
            await GetTrackAsync(app, HttpStatusCode.Unauthorized);
            await GetTrackAsync(app, HttpStatusCode.Unauthorized);
            Assert.Equal(2, app.Fake.TokenRequests.Count);
        },
        ["401, then an error that echoes the rejected token"] = async app =>
        {
            AccessToken token = await app.Provider.GetTokenAsync();
            app.Observation.Secrets.Add("token", token.Value);
            app.Fake.RevokeTokens();
            app.Fake.TokenResponse = EchoOf(token.Value);
            Assert.Equal("invalid_client", (await app.CatchAsync()).Error);
        },
        ["invalid credentials, echoed"] = async app =>
        {
            app.Fake.TokenResponse = EchoOf($"{app.Fake.ClientSecret} {Basic(app)}");
            Assert.Contains("[redacted]", (await app.CatchAsync()).ErrorDescription, StringComparison.Ordinal);
        },
        ["token of another type"] = async app =>
        {
            app.Observation.Secrets.Add("unusable token", "unusable-token-of-type-mac");
            app.Fake.TokenResponse = FakeResponse.Json(
                """{"access_token":"unusable-token-of-type-mac","token_type":"mac","error":"unusable-token-of-type-mac","expires_in":3600}""");
            Assert.Equal("[redacted]", (await app.CatchAsync()).Error);
        },
        ["outage: 503 with a page"] = app => FailAsync(app, FakeResponse.ServiceUnavailableHtml),
        ["outage: reset"] = app => FailAsync(app, FakeResponse.ConnectionReset),
        ["outage: redirect"] = app => FailAsync(app, FakeResponse.Redirect(app.Fake.TokenEndpoint)),
        ["outage: refused"] = async app =>
        {
            await app.Fake.DisposeAsync();
            Assert.True((await app.CatchAsync()).IsTransient);
        },
        ["outage: no TLS"] = async app =>
        {
            app.Edit(nameof(SpotifyClientCredentialsOptions.TokenEndpoint), $"https://localhost:{app.Fake.TokenEndpoint.Port}/api/token");
            Assert.True((await app.CatchAsync()).IsTransient);
            app.Observation.AssertNoLeak("System.Net.Security", "System.Net.NameResolution");
        },
        ["outage: hang"] = async app =>
        {
            app.Fake.TokenResponse = FakeResponse.NoResponse;
            Task<HttpResponseMessage> getting = app.Api.GetAsync(SpotifyApp.Track);
            await Soon.UntilAsync(() => app.Fake.TokenRequests.Count == 1);
            app.Clock.Advance(TimeSpan.FromSeconds(5));
            await app.CatchAsync<TokenRequestException>(() => getting);
        },
        ["outage, then a retry that succeeds"] = async app =>
        {
            app.AllowRetries(1);
            app.Fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);
            Task getting = GetTrackAsync(app);
            await PassTimeAsync(app, TimeSpan.FromSeconds(0.1), () => app.Fake.TokenRequests.Count == 2);
            await getting;
        },
        ["backoff"] = async app =>
        {
            await FailAsync(app, EchoOf(Basic(app)));
            Assert.Contains("No token request is sent", (await app.CatchAsync()).Message, StringComparison.Ordinal);
            Assert.Single(app.Fake.TokenRequests);
        },
        ["redirect of the API to another origin"] = async app =>
        {
            await using RawServer other = new("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            app.Fake.ApiResponse = FakeResponse.Redirect(other.Address);
            await GetTrackAsync(app, HttpStatusCode.Unauthorized);
            Assert.DoesNotContain("Authorization", Assert.Single(other.Requests), StringComparison.OrdinalIgnoreCase);
        },
        ["redirect within the API"] = async app =>
        {
            app.Fake.EnqueueApiResponse(FakeResponse.Redirect(new Uri(app.Fake.ApiBaseAddress, SpotifyApp.Track)));
            await GetTrackAsync(app);
        },
        ["reload with another secret"] = async app =>
        {
            await GetTrackAsync(app);
            app.Observation.Secrets.AddCredentials(app.Fake.ClientId, "another-0123456789");
            app.Edit(nameof(SpotifyClientCredentialsOptions.ClientSecret), "another-0123456789");
            Assert.Equal("invalid_client", (await app.CatchAsync()).Error);
            app.Edit(nameof(SpotifyClientCredentialsOptions.ClientSecret), app.Fake.ClientSecret);
            await GetTrackAsync(app);
        },
        ["reload with an invalid secret"] = async app =>
        {
            await GetTrackAsync(app);
            app.Observation.Secrets.Add("invalid secret", "padded-0123456789");
            app.Edit(nameof(SpotifyClientCredentialsOptions.ClientSecret), " padded-0123456789");
            Assert.Single(app.Observation.Log.Events(8));
            await GetTrackAsync(app);
        },
        ["start with an invalid secret"] = async app =>
        {
            app.Observation.Secrets.Add("invalid secret", "padded-0123456789");
            SpotifyClientCredentialsOptions options = TestOptions.Create(options => options.ClientSecret = " padded-0123456789");
            await app.CatchAsync<OptionsValidationException>(() => Task.FromResult(new ClientCredentialsTokenProvider(app.Api, options)));
        },
        ["two apps"] = async app =>
        {
            await GetTrackAsync(app);
            (await app.SecondApi.GetAsync(SpotifyApp.Track)).EnsureSuccessStatusCode();
            Assert.Single(app.Second.TokenRequests);
        },
        ["cancellation"] = async app =>
        {
            app.Fake.TokenResponse = FakeResponse.NoResponse;
            using CancellationTokenSource cancelled = new();
            Task<HttpResponseMessage> getting = app.Api.GetAsync(SpotifyApp.Track, cancelled.Token);
            await Soon.UntilAsync(() => app.Fake.TokenRequests.Count == 1);
            await cancelled.CancelAsync();
            await app.CatchAsync<TaskCanceledException>(() => getting);
        },
        ["dispose during a token request"] = async app =>
        {
            app.Fake.TokenResponse = FakeResponse.NoResponse;
            Task<AccessToken> getting = app.Provider.GetTokenAsync().AsTask();
            await Soon.UntilAsync(() => app.Fake.TokenRequests.Count == 1);
            await app.StopAsync();
            await app.CatchAsync<ObjectDisposedException>(() => getting);
        },
        ["without a container"] = async app =>
        {
            using HttpClient client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
            using ClientCredentialsTokenProvider provider = new(client, TestOptions.Create(app.Fake.Configure), app.Clock, app.Observation.Log.ForProvider());
            app.Fake.TokenResponse = EchoOf($"{app.Fake.ClientSecret} {Basic(app)}");
            await app.CatchAsync<TokenRequestException>(() => provider.GetTokenAsync().AsTask());
            app.Observation.Show(provider);
        },
        ["token shared over a store"] = ShareAsync,
        ["token shared over a store, revoked"] = ShareRevokedAsync,
        ["token shared over a store that echoes"] = ShareOverAStoreThatEchoesAsync,
        ["token shared with a lock that echoes"] = ShareWithALockThatEchoesAsync,
        ["token shared over a store with an invalid entry"] = ShareOverAnInvalidEntryAsync,
        ["token shared over a store with an entry that can't be overwritten"] = ShareOverAnEntryOfAnotherTypeAsync,
        ["token shared while another instance has the lock"] = ShareWithATakenLockAsync,
        ["token shared and renewed while another instance has the lock"] = RenewWithATakenLockAsync,
    };

    private static async Task GetTrackAsync(ObservedApp app, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await app.Api.GetAsync(SpotifyApp.Track).Within();
        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task FailAsync(ObservedApp app, FakeResponse response)
    {
        app.Fake.TokenResponse = response;
        await app.CatchAsync();
        Assert.Single(app.Fake.TokenRequests);
    }

    // In steps, because each wait starts its timer only when the one before it has ended.
    private static Task PassTimeAsync(ObservedApp app, TimeSpan step, Func<bool> isEnough) => Soon.UntilAsync(() =>
    {
        if (isEnough())
        {
            return true;
        }

        app.Clock.Advance(step);
        return false;
    });

    private static string Basic(ObservedApp app) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app.Fake.ClientId}:{app.Fake.ClientSecret}"));

    private static FakeResponse EchoOf(string echo, HttpStatusCode status = HttpStatusCode.BadRequest) =>
        FakeResponse.Json($$"""{"error":"invalid_client","error_description":"{{echo}}"}""", status).WithHeader("X-Echo", echo);
}
