using SpotifyClientCredentials.Tests.Testing;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Bounds waits for what must come, so that a defect fails a test instead of hanging the run.</summary>
internal static class HangGuard
{
    public static Task Within(this Task task) => task.WaitAsync(FakeSpotifyClient.HangLimit);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(FakeSpotifyClient.HangLimit);
}
