using System.Diagnostics;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Shows that a leak in any channel is found.</summary>
[Collection(NonParallel.Name)]
public sealed class ObservationTests
{
    public static TheoryData<string> Leaks => [.. PlantedLeaks.All.Keys];

    [Theory]
    [MemberData(nameof(Leaks))]
    public async Task Leaks_WithAPlantedLeak_ContainItsChannel(string leak)
    {
        (string channel, Func<Observation, Task> plant) = PlantedLeaks.All[leak];
        using Observation observation = new();
        observation.Secrets.Add("planted", PlantedLeaks.Secret);

        await plant(observation);

        Assert.Contains(channel, observation.Leaks);
        Assert.ThrowsAny<Exception>(() => observation.AssertNoLeak());
    }

    [Fact]
    public void PlantedLeaks_OfAllChannels_CoverEachOne()
    {
        using Observation observation = new();

        Assert.Equal(observation.Channels.Keys.Order(), PlantedLeaks.All.Values.Select(leak => leak.Channel).Distinct().Order());
    }

    [Fact]
    public void AssertNoLeak_WithAnEmptyChannel_Fails()
    {
        using Observation observation = new();

        Assert.ThrowsAny<Exception>(() => observation.AssertNoLeak("log"));
    }

    [Fact]
    public void DebuggerView_OfAHiddenMember_OmitsIt()
    {
        Assert.Contains(nameof(Sample.Shown), DebuggerView.Of(new Sample()), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden value", DebuggerView.Of(new Sample()), StringComparison.Ordinal);
    }

    private sealed class Sample
    {
        public string Shown { get; } = "shown value";

        [DebuggerBrowsable(DebuggerBrowsableState.Never)]
        public string Hidden { get; } = "hidden value";
    }
}
