using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: without a listener, nothing is computed. The benchmarks measure how long that takes.</summary>
[Collection(NonParallel.Name)]
public sealed class NoListenerTests
{
    private readonly OptionsSnapshot _options = TestOptions.CreateValid();

    [Fact]
    [ExcludedFromSecrecyRun("It needs a process without listeners.")]
    public void Telemetry_WithoutAListener_AllocatesNothing()
    {
        CallAll();
        // The minimum of many rounds: the JIT compiler allocates too while it still optimizes.
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
    [ExcludedFromSecrecyRun("It needs a process without listeners.")]
    public void ObservesTokenRequests_WithAnActivityListenerOrAMeterListener_IsTrue()
    {
        Assert.False(Telemetry.Shared.ObservesTokenRequests);

        using (new Spans())
        {
            Assert.True(Telemetry.Shared.ObservesTokenRequests);
        }

        using (new Measurements(container: null))
        {
            Assert.True(Telemetry.Shared.ObservesTokenRequests);
        }

        Assert.False(Telemetry.Shared.ObservesTokenRequests);
    }

    private void CallAll()
    {
        _ = Telemetry.Shared.ObservesTokenRequests;
        Telemetry.Shared.TokenRenewed(_options, "ahead");
        Telemetry.Shared.LookupEnded(_options, "miss");
    }
}
