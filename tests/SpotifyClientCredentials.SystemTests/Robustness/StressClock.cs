using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>A clock at which threads now and then come to a halt, as if they had lost their processor: races get wider.</summary>
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
