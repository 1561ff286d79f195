using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: where nobody listens, nothing is computed; for how long that takes see the benchmarks.</summary>
[Collection(NonParallel.Name)]
public sealed class UnheardTests : IDisposable
{
    private readonly OptionsSnapshot _options = TestOptions.CreateValid();
    private readonly Acquisition _acquisition;
    private readonly AcquisitionResult _result;

    public UnheardTests()
    {
        _acquisition = new Acquisition(new AcquisitionRequest(_options, StartedAt: 0) { IsAhead = true, IsRenewal = true }, TimeProvider.System);
        AccessToken token = new(_options.Names, "token", DateTimeOffset.UnixEpoch);
        _result = new AcquisitionResult { Acquired = CachedToken.From(new AcquiredToken(token, 0, TimeSpan.FromHours(1)), _options, jitter: 0, TimeProvider.System) };
    }

    public void Dispose() => _acquisition.Dispose();

    [Fact]
    [Unwatched("It measures what happens where nobody listens.")]
    public void Telemetry_Unheard_AllocatesNothing()
    {
        CallAll();
        // The least of many rounds: while the JIT still optimises, it may move what is not ours to count.
        long allocated = long.MaxValue;
        for (int round = 0; round < 50; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                CallAll();
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    [Unwatched("It measures what happens where nobody listens.")]
    public void HearsTokenRequests_ByWhoListens_IsWhetherAnybodyDoes()
    {
        Assert.False(Telemetry.OfProcess.HearsTokenRequests);

        using (new Spans())
        {
            Assert.True(Telemetry.OfProcess.HearsTokenRequests);
        }

        using (new Measurements(container: null))
        {
            Assert.True(Telemetry.OfProcess.HearsTokenRequests);
        }

        Assert.False(Telemetry.OfProcess.HearsTokenRequests);
    }

    private void CallAll()
    {
        _ = Telemetry.OfProcess.HearsTokenRequests;
        Telemetry.OfProcess.Settled(_acquisition, _result);
        Telemetry.OfProcess.LookedUp(_options, StoreLookup.Miss);
    }
}
