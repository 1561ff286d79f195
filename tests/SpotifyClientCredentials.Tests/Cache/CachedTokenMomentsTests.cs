using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class CachedTokenMomentsTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void From_AnHourLong_IsDueAtTheWindowAndUsableToTheMargin()
    {
        CachedToken cached = From(TimeSpan.FromHours(1), jitter: 0);

        Assert.Equal(TimeSpan.FromMinutes(5), cached.Window);
        Assert.Equal(TimeSpan.FromMinutes(55), After(cached.RenewAt));
        Assert.Equal(TimeSpan.FromMinutes(59), After(cached.UsableUntil));
    }

    [Fact]
    public void From_ALateJitter_IsDueLaterByATenthOfTheWindowMore() =>
        Assert.Equal(TimeSpan.FromSeconds(3300 + 15), After(From(TimeSpan.FromHours(1), jitter: 0.5).RenewAt));

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.5, 0.4653)]
    [InlineData(1.0, 0.5)]
    public void From_OfATokenThatIsShared_IsDueInTheFirstHalfOfTheWindow(double jitter, double expected)
    {
        TokenSharing sharing = new() { Cache = new ScriptedStore(_clock), StoreTimeout = TimeSpan.FromSeconds(2), TryAcquireLock = null };
        OptionsSnapshot options = new(TestOptions.Create(), new ConfigurationKeys(""), sharing);

        CachedToken cached = CachedToken.From(new AcquiredToken(Token, _clock.GetTimestamp(), TimeSpan.FromHours(1)), options, jitter, _clock);

        Assert.Equal(55 + (5 * expected), After(cached.RenewAt).TotalMinutes, 0.001);
        Assert.Equal(TimeSpan.FromMinutes(59), After(cached.UsableUntil));
    }

    [Fact]
    public void From_ALongWindow_TakesAQuarterOfTheLife()
    {
        CachedToken cached = From(TimeSpan.FromMinutes(8), jitter: 0);

        Assert.Equal(TimeSpan.FromMinutes(2), cached.Window);
        Assert.Equal(TimeSpan.FromMinutes(6), After(cached.RenewAt));
        Assert.Equal(TimeSpan.FromSeconds(480 - 24), After(cached.UsableUntil));
    }

    [Fact]
    public void From_AnResponseThatTookLong_CountsFromTheMomentBeforeTheRequest()
    {
        long issuedAt = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(9));

        CachedToken cached = CachedToken.From(new AcquiredToken(Token, issuedAt, TimeSpan.FromHours(1)), Options, 0, _clock);

        Assert.Equal(TimeSpan.FromMinutes(59), _clock.GetElapsedTime(issuedAt, cached.UsableUntil));
    }

    [Fact]
    public void SettledTo_PastTheMargin_EndsAtTheMargin()
    {
        CachedToken cached = From(TimeSpan.FromHours(1), jitter: 0);

        Assert.Equal(cached.UsableUntil, cached.WithRenewalAt(cached.UsableUntil + 1).RenewAt);
        Assert.Equal(cached.UsableUntil - 1, cached.WithRenewalAt(cached.UsableUntil - 1).RenewAt);
    }

    private static OptionsSnapshot Options { get; } = TestOptions.CreateValid();

    private static AccessToken Token { get; } = new(new ConfigurationKeys(""), "token", DateTimeOffset.UnixEpoch);

    private CachedToken From(TimeSpan life, double jitter) =>
        CachedToken.From(new AcquiredToken(Token, _clock.GetTimestamp(), life), Options, jitter, _clock);

    private TimeSpan After(long timestamp) => _clock.GetElapsedTime(_clock.GetTimestamp(), timestamp);
}
