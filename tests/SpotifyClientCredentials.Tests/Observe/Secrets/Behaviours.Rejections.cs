using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>What the library does if the Web API rejects a token.</summary>
internal static partial class Behaviours
{
    private static Dictionary<string, Func<ObservedApp, Task>> Rejections() => new()
    {
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
            AccessToken token = await GetTokenAsync(app);
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
            AccessToken token = await GetTokenAsync(app);
            app.Fake.RevokeTokens();
            app.Fake.TokenResponse = EchoOf(token.Value);
            await GetTrackAsync(app, HttpStatusCode.Unauthorized);
            Assert.Equal("invalid_client", (await app.CatchAsync<TokenRequestException>(() => app.Provider.GetTokenAsync(token).AsTask())).Error);
            Assert.Equal(2, app.Fake.TokenRequests.Count);
        },
        ["401 of a good token while the token endpoint is down"] = async app =>
        {
            await GetTrackAsync(app);
            app.Fake.TokenResponse = EchoOf(Basic(app), HttpStatusCode.ServiceUnavailable);
            app.Fake.EnqueueApiResponse(FakeResponse.Unauthorized);
            await GetTrackAsync(app);
            Assert.Equal((2, 3), (app.Fake.TokenRequests.Count, app.Fake.ApiRequests.Count));
            Assert.Single(app.Observation.Log.Events(4));
        },
        ["rejected token that isn't replaced yet"] = async app =>
        {
            AccessToken second = await app.Provider.GetTokenAsync(await GetTokenAsync(app));
            app.Observation.Secrets.Add("token", second.Value);
            TokenRequestException failure = await app.CatchAsync<TokenRequestException>(() => app.Provider.GetTokenAsync(second).AsTask());
            Assert.Contains("no other is requested", failure.Message, StringComparison.Ordinal);
            Assert.Equal(2, app.Observation.Log.Events(7).Count());
        },
        ["path that needs a user"] = async app =>
        {
            await GetTrackAsync(app);
            for (int call = 1; call <= 2; call++)
            {
                app.Fake.EnqueueApiResponse(FakeResponse.Unauthorized, times: 3 - call);
                using HttpResponseMessage response = await app.Api.GetAsync("me");
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
                await GetTrackAsync(app);
            }

            Assert.Equal((2, 6), (app.Fake.TokenRequests.Count, app.Fake.ApiRequests.Count));
            Assert.False(app.Provider.Cache.State.Refused.IsEmpty);
        },
        ["401 of content that can't be sent again"] = async app =>
        {
            AccessToken token = await GetTokenAsync(app);
            app.Fake.RevokeTokens();
            using StreamContent content = new(new MemoryStream([1, 2, 3]));
            using HttpResponseMessage response = await app.Api.PostAsync(SpotifyApp.Track, content).Within();
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            await Soon.UntilAsync(() => app.Provider.TryGetCached()?.Value != token.Value);
        },
    };
}
