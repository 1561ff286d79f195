using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class ForcedRenewalsTests
{
    [Theory]
    [InlineData(300, 0, 30)]
    [InlineData(300, 1, 60)]
    [InlineData(300, 2, 120)]
    [InlineData(300, 3, 240)]
    [InlineData(300, 4, 300)]
    [InlineData(300, 1_000_000, 300)]
    [InlineData(60, 0, 15)]
    [InlineData(60, 1, 30)]
    [InlineData(60, 2, 60)]
    [InlineData(60, 3, 60)]
    public void Pause_AfterRejectionsInARow_DoublesFromAQuarterOfTheWindowToTheWindow(double window, int rejectedInRow, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), ForcedRenewals.Pause(TimeSpan.FromSeconds(window), rejectedInRow));
}
