using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Everything that the library does, one example each.</summary>
internal static partial class Behaviours
{
    public static readonly IReadOnlyDictionary<string, Func<ObservedApp, Task>> All = Requests().Concat(Outages()).Concat(Rejections()).ToDictionary();

    private static Dictionary<string, Func<ObservedApp, Task>> Requests() => new()
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
        ["rate limit"] = async app =>
        {
            app.Fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromSeconds(3)));
            int changed = app.Clock.TimersChanged;
            Task<HttpResponseMessage> waiting = app.LimitedApi.GetAsync(SpotifyApp.Track);
            await Soon.UntilAsync(() => app.Clock.TimersChanged > changed);
            app.Clock.Advance(TimeSpan.FromSeconds(3.1));
            using HttpResponseMessage sentAgain = await waiting.Within();
            app.Fake.EnqueueApiResponse(FakeResponse.RateLimited(TimeSpan.FromHours(1)));
            using HttpResponseMessage rejected = await app.LimitedApi.GetAsync(SpotifyApp.Track).Within();
            using HttpResponseMessage unsent = await app.LimitedApi.GetAsync(SpotifyApp.Track).Within();
            Assert.Equal(
                (HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests),
                (sentAgain.StatusCode, rejected.StatusCode, unsent.StatusCode));
            Assert.Equal(3, app.Fake.ApiRequests.Count);
        },
        ["requests that are left alone"] = async app =>
        {
            using HttpResponseMessage elsewhere = await app.Api.GetAsync(new Uri(app.Second.ApiBaseAddress, SpotifyApp.Track)).Within();
            using HttpRequestMessage own = new(HttpMethod.Get, SpotifyApp.Track);
            own.Headers.TryAddWithoutValidation("Authorization", "Bearer of-a-user");
            using HttpResponseMessage unchanged = await app.Api.SendAsync(own).Within();
            Assert.Equal(2, app.Observation.Log.Events(10).Count());
        },
        ["machine that slept"] = async app =>
        {
            await GetTrackAsync(app);
            app.Clock.AdvanceWall(TimeSpan.FromHours(1));
            await GetTrackAsync(app);
            Assert.Equal(2, app.Fake.TokenRequests.Count);
        },
        ["wall clock that was set back"] = async app =>
        {
            await GetTrackAsync(app);
            app.Clock.AdvanceMonotonic(TimeSpan.FromHours(1));
            await GetTrackAsync(app);
            Assert.Equal((2, 3), (app.Fake.TokenRequests.Count, app.Fake.ApiRequests.Count));
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

    private static async Task<AccessToken> GetTokenAsync(ObservedApp app)
    {
        AccessToken token = await app.Provider.GetTokenAsync().AsTask().Within();
        app.Observation.Secrets.Add("token", token.Value);
        return token;
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
