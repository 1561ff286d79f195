using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>What the library does, watched in every channel. For a token endpoint that echoes secrets, see <see cref="EchoTests"/>.</summary>
[Collection(NonParallel.Name)]
public sealed class BehaviourSecrecyTests
{
    public static TheoryData<string> Names => [.. Behaviours.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Behaviour_Watched_ShowsNoSecret(string behaviour)
    {
        await using ObservedApp app = await ObservedApp.StartAsync();

        await Behaviours.All[behaviour](app);

        app.AssertNoLeak();
    }

    /// <summary>Without this, the test above would also pass if nothing were recorded, or if the library sent other secrets.</summary>
    [Fact]
    public async Task HappyPath_Watched_IsRecordedInEveryChannelAndSendsItsSecrets()
    {
        await using ObservedApp app = await ObservedApp.StartAsync();
        await Behaviours.All["happy path"](app);
        app.AssertNoLeak();

        IReadOnlyDictionary<string, string> channels = app.Observation.Channels;
        foreach (string path in new[] { "/api/token", "/v1/tracks/" })
        {
            Assert.Contains(path, channels["System.Net.Http"], StringComparison.Ordinal);
            Assert.Contains(path, channels["activity"], StringComparison.Ordinal);
            Assert.Contains(path, channels["ToString"], StringComparison.Ordinal);
        }

        Assert.Contains("ConnectStart", channels["System.Net.Sockets"], StringComparison.Ordinal);
        Assert.Contains("http.client.request.duration: ", channels["metric"], StringComparison.Ordinal);
        Assert.Contains("SpotifyClientCredentials spotify_client_credentials.token_request ", channels["activity"], StringComparison.Ordinal);
        Assert.Contains("spotify_client_credentials.token_request.duration: ", channels["metric"], StringComparison.Ordinal);
        Assert.Contains("Authorization: *", channels["log"], StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", channels["log"], StringComparison.Ordinal);
        Assert.Contains(typeof(ClientCredentialsTokenProvider).FullName!, channels["log"], StringComparison.Ordinal);
        Assert.Contains(app.Fake.ClientId, channels["debugger"], StringComparison.Ordinal);
        Assert.Contains(app.Fake.ClientId, channels["JSON"], StringComparison.Ordinal);
        Assert.Contains("Basic value", app.Observation.Secrets.FindIn(Assert.Single(app.Fake.TokenRequests).Headers["Authorization"]));
        Assert.Contains("token", app.Observation.Secrets.FindIn(Assert.Single(app.Fake.ApiRequests).Headers["Authorization"]));
    }
}
