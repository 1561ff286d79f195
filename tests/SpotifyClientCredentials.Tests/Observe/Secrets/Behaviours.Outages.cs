using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>What the library does if the token endpoint fails.</summary>
internal static partial class Behaviours
{
    private static Dictionary<string, Func<ObservedApp, Task>> Outages() => new()
    {
        ["renewal that fails"] = async app =>
        {
            await GetTrackAsync(app);
            app.Fake.TokenResponse = EchoOf(Basic(app), HttpStatusCode.ServiceUnavailable);
            app.Clock.Advance(TimeSpan.FromMinutes(56));
            await GetTrackAsync(app);
            await Soon.UntilAsync(() => app.Observation.Log.Events(4).Any());
        },
        ["token that expired on arrival"] = async app =>
        {
            TaskCompletionSource isExpired = new();
            app.Observation.Secrets.Add("expired token", "expired-token-on-arrival");
            app.Fake.EnqueueTokenResponse(
                FakeResponse.Json("""{"access_token":"expired-token-on-arrival","token_type":"bearer","expires_in":1}""").WaitFor(isExpired.Task));
            using HttpResponseMessage response = await app.PassBackoffsAsync(async () =>
            {
                Task<HttpResponseMessage> getting = app.Api.GetAsync(SpotifyApp.Track);
                await Soon.UntilAsync(() => app.Fake.TokenRequests.Count == 1);
                app.Clock.Advance(TimeSpan.FromSeconds(2));
                isExpired.SetResult();
                return await getting;
            }).Within();
            Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, app.Fake.TokenRequests.Count));
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
            await PassTimeAsync(app, TimeSpan.FromSeconds(0.1), () => getting.IsCompleted);
            await app.CatchAsync<TokenRequestException>(() => getting);
        },
        ["outage that a call waits over"] = async app =>
        {
            app.Fake.EnqueueTokenResponse(EchoOf(Basic(app), HttpStatusCode.ServiceUnavailable));
            app.Fake.EnqueueTokenResponse(FakeResponse.ConnectionReset);
            using HttpResponseMessage response = await app.PassBackoffsAsync(() => app.Api.GetAsync(SpotifyApp.Track)).Within();
            Assert.Equal((HttpStatusCode.OK, 3), (response.StatusCode, app.Fake.TokenRequests.Count));
        },
        ["backoff"] = async app =>
        {
            await FailAsync(app, EchoOf(Basic(app)));
            Assert.Single(app.Fake.TokenRequests);
            Assert.Contains("No token request is sent", (await app.CatchAsync()).Message, StringComparison.Ordinal);
            Assert.Single(app.Fake.TokenRequests);
        },
    };

    private static async Task FailAsync(ObservedApp app, FakeResponse response)
    {
        app.Fake.TokenResponse = response;
        await app.CatchAsync();
        Assert.Single(app.Observation.Log.Events(9));
    }
}
