using SpotifyClientCredentials.Internal;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Provider;

public sealed class HeldTokenTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void From_AnHourLong_IsSettledToTheWindowAndUsableToTheMargin()
    {
        HeldToken held = From(TimeSpan.FromHours(1), draw: 0);

        Assert.Equal(TimeSpan.FromMinutes(5), held.Window);
        Assert.Equal(TimeSpan.FromMinutes(55), After(held.SettledUntil));
        Assert.Equal(TimeSpan.FromMinutes(59), After(held.UsableUntil));
    }

    [Fact]
    public void From_ALateDraw_IsSettledForATenthOfTheWindowMore() =>
        Assert.Equal(TimeSpan.FromSeconds(3300 + 15), After(From(TimeSpan.FromHours(1), draw: 0.5).SettledUntil));

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.5, 0.4653)]
    [InlineData(1.0, 0.5)]
    public void From_OfATokenThatIsShared_IsSettledIntoTheFirstHalfOfTheWindow(double draw, double expected)
    {
        TokenSharing sharing = new() { Cache = new ScriptedStore(_clock), StoreTimeout = TimeSpan.FromSeconds(2), TryEnterFetch = null };
        ValidOptions options = new(TestOptions.Create(), new SettingNames(""), sharing);

        HeldToken held = HeldToken.From(new AcquiredToken(Token, _clock.GetTimestamp(), TimeSpan.FromHours(1)), options, draw, _clock);

        Assert.Equal(55 + (5 * expected), After(held.SettledUntil).TotalMinutes, 0.001);
        Assert.Equal(TimeSpan.FromMinutes(59), After(held.UsableUntil));
    }

    [Fact]
    public void From_ALongWindow_TakesAQuarterOfTheLife()
    {
        HeldToken held = From(TimeSpan.FromMinutes(8), draw: 0);

        Assert.Equal(TimeSpan.FromMinutes(2), held.Window);
        Assert.Equal(TimeSpan.FromMinutes(6), After(held.SettledUntil));
        Assert.Equal(TimeSpan.FromSeconds(480 - 24), After(held.UsableUntil));
    }

    [Fact]
    public void From_AnAnswerThatTookLong_CountsFromTheMomentBeforeTheRequest()
    {
        long issuedAt = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(9));

        HeldToken held = HeldToken.From(new AcquiredToken(Token, issuedAt, TimeSpan.FromHours(1)), Options, 0, _clock);

        Assert.Equal(TimeSpan.FromMinutes(59), _clock.GetElapsedTime(issuedAt, held.UsableUntil));
    }

    [Fact]
    public void SettledTo_PastTheMargin_EndsAtTheMargin()
    {
        HeldToken held = From(TimeSpan.FromHours(1), draw: 0);

        Assert.Equal(held.UsableUntil, held.SettledTo(held.UsableUntil + 1).SettledUntil);
        Assert.Equal(held.UsableUntil - 1, held.SettledTo(held.UsableUntil - 1).SettledUntil);
    }

    private static ValidOptions Options { get; } = TestOptions.CreateValid();

    private static AccessToken Token { get; } = new(new SettingNames(""), "token", DateTimeOffset.UnixEpoch);

    private HeldToken From(TimeSpan life, double draw) =>
        HeldToken.From(new AcquiredToken(Token, _clock.GetTimestamp(), life), Options, draw, _clock);

    private TimeSpan After(long timestamp) => _clock.GetElapsedTime(_clock.GetTimestamp(), timestamp);
}
