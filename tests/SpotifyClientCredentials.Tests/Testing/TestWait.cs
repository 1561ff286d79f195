namespace SpotifyClientCredentials.Tests.Testing;

/// <summary>Waits for something that another thread is about to do.</summary>
internal static class TestWait
{
    public static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(FakeSpotifyClient.HangLimit);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }
}
