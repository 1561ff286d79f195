using System.Text.Json;
using SpotifyClientCredentials.SystemTests.Stores;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>Two instances of the sample and one store, which speaks the protocol of Redis.</summary>
public sealed class WebSharingTests
{
    [Fact]
    public async Task SecondInstance_OnTheSameStore_RequestsNoTokenOfItsOwn()
    {
        await using GarnetStore store = new();
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        KeyValuePair<string, string?>[] settings = [.. WebProcess.CredentialsOf(fake), new("Redis__Configuration", store.Configuration)];

        await using WebProcess first = await WebProcess.StartAsync(settings);
        using CancellationTokenSource limit = new(SampleStart.HangLimit);
        while ((await store.DumpAsync()).Length == 0)
        {
            limit.Token.ThrowIfCancellationRequested(); // callers have their token before it is written
        }

        await using WebProcess second = await WebProcess.StartAsync(settings);

        Assert.Contains("Kettles", await second.Client.GetStringAsync("api/search?q=kettle"), StringComparison.Ordinal);
        await using PanelStream panel = await PanelStream.OpenAsync(second);
        JsonElement state = await panel.ReadUntilAsync(state => state.GetProperty("token").ValueKind == JsonValueKind.Object);
        Assert.Equal((0, 1), (state.GetProperty("traffic").GetProperty("tokenRequests").GetInt32(), fake.TokenRequests.Count));
    }
}
