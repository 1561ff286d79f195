using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

[Collection(NonParallel.Name)]
public sealed class OutageSimulationTests
{
    [Theory]
    [InlineData(0.1, 2, 2)]
    [InlineData(1, 3, 3)]
    [InlineData(2, 4, 4)]
    [InlineData(4, 5, 5)]
    public async Task GetTokenAsync_InAnOutageOfUpToFourSeconds_FailsNobodyAndSendsFiveRequestsAtMost(double seconds, int fewest, int most)
    {
        using OutageSimulation simulation = new(TimeSpan.FromSeconds(seconds));

        await simulation.RunAsync(callsPerSecond: 10, TimeSpan.FromSeconds(10));

        Assert.Equal((0, 100), (simulation.Failed, simulation.Succeeded));
        Assert.InRange(simulation.Requests, fewest, most);
        Assert.InRange(simulation.LongestWait, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task GetTokenAsync_InAnOutageOfTenMinutes_HoldsNoCrowd()
    {
        using OutageSimulation simulation = new(TimeSpan.FromHours(1));

        await simulation.RunAsync(callsPerSecond: 100, TimeSpan.FromMinutes(10));

        Assert.Equal((60_000, 0), (simulation.Failed, simulation.Succeeded));
        Assert.InRange(simulation.FailedWaits / simulation.Failed, TimeSpan.Zero, TimeSpan.FromSeconds(0.1));
        // It notices the end of a wait at the end of a request's 50 ms.
        Assert.InRange(simulation.LongestWait, TimeSpan.Zero, TimeSpan.FromSeconds(8.05));
        // Those that come while a request is in flight.
        Assert.InRange(simulation.MostWaitingLater, 1, 6);
        Assert.InRange(simulation.Requests, 600 / 5, 600 / 4 + 5);
    }
}
