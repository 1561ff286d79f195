using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A clock whose reads are sometimes delayed, as if the thread had lost its processor. This widens races.</summary>
internal sealed class StressClock : TestClock
{
    public override long GetTimestamp()
    {
        long timestamp = base.GetTimestamp();
        if (Random.Shared.Next(50) == 0)
        {
            Thread.SpinWait(Random.Shared.Next(2000));
        }

        return timestamp;
    }
}
