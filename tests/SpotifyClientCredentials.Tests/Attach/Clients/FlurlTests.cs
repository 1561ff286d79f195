using Flurl.Http;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

public sealed class FlurlTests
{
    [Fact]
    public async Task Flurl_OverTheHandler_CarriesTheTokenAndRetriesA401()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using FlurlClient client = new(app.Api);

        await ClientContract.AssertAsync(app.Fake, async () => (await client.Request("tracks", "4cOdK2wGLETKBW3PvgPWqT").GetJsonAsync<Track>()).Name);
    }
}
