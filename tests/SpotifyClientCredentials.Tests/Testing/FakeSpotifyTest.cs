using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests.Testing;

/// <summary>Starts a fake whose clock the test controls, and creates a client for it.</summary>
public abstract class FakeSpotifyTest : IAsyncLifetime
{
    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero));

    private protected FakeSpotify Fake { get; private set; } = null!;

    private protected HttpClient Client { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Fake = await FakeSpotify.StartAsync(Time);
        Client = Fake.CreateClient();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Fake.DisposeAsync();
    }
}
