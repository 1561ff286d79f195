using RestSharp;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach.Clients;

public sealed class RestSharpTests
{
    [Fact]
    public async Task RestSharp_OverTheHandler_CarriesTheTokenAndRetriesA401()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using RestClient client = new(app.Api);

        await ClientContract.AssertAsync(app.Fake, async () => (await client.GetAsync<Track>(new RestRequest(SpotifyApp.Track)))?.Name);
    }
}
