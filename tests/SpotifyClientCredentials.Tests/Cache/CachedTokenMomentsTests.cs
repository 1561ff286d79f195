using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class CachedTokenMomentsTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void From_ATokenForAnHour_IsRenewedInTheWindowAndUsableUntilTheMargin()
    {
        CachedToken cached = From(TimeSpan.FromHours(1));

        Assert.Equal(TimeSpan.FromMinutes(5), cached.Window);
        Assert.Equal(TimeSpan.FromMinutes(55), After(cached.RenewAt));
        Assert.Equal(TimeSpan.FromMinutes(59), After(cached.UsableUntil));
    }

    [Fact]
    public void From_ALaterRenewal_IsRenewedThen()
    {
        CachedToken cached = CachedToken.From(
            new AcquiredToken(Token, _clock.GetTimestamp(), TimeSpan.FromHours(1), RenewAfter: TimeSpan.FromMinutes(57)), Options, _clock);

        Assert.Equal(TimeSpan.FromMinutes(57), After(cached.RenewAt));
        Assert.Equal(TimeSpan.FromMinutes(59), After(cached.UsableUntil));
    }

    [Fact]
    public void From_AWindowLongerThanAQuarterOfTheLife_UsesAQuarter()
    {
        CachedToken cached = From(TimeSpan.FromMinutes(8));

        Assert.Equal(TimeSpan.FromMinutes(2), cached.Window);
        Assert.Equal(TimeSpan.FromMinutes(6), After(cached.RenewAt));
        Assert.Equal(TimeSpan.FromSeconds(480 - 24), After(cached.UsableUntil));
    }

    [Fact]
    public void From_ASlowResponse_CountsFromBeforeTheRequest()
    {
        long issuedAt = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(9));

        CachedToken cached = CachedToken.From(Acquired(issuedAt, TimeSpan.FromHours(1)), Options, _clock);

        Assert.Equal(TimeSpan.FromMinutes(59), _clock.GetElapsedTime(issuedAt, cached.UsableUntil));
    }

    [Fact]
    public void WithRenewalAt_PastTheMargin_IsTheMargin()
    {
        CachedToken cached = From(TimeSpan.FromHours(1));

        Assert.Equal(cached.UsableUntil, cached.WithRenewalAt(cached.UsableUntil + 1).RenewAt);
        Assert.Equal(cached.UsableUntil - 1, cached.WithRenewalAt(cached.UsableUntil - 1).RenewAt);
    }

    private static OptionsSnapshot Options { get; } = TestOptions.CreateValid();

    private static AccessToken Token { get; } = new("token", DateTimeOffset.UnixEpoch);

    private static AcquiredToken Acquired(long issuedAt, TimeSpan life) => new(Token, issuedAt, life, TokenEndpointClient.RenewAfter(life, Options, jitter: 0));

    private CachedToken From(TimeSpan life) => CachedToken.From(Acquired(_clock.GetTimestamp(), life), Options, _clock);

    private TimeSpan After(long timestamp) => _clock.GetElapsedTime(_clock.GetTimestamp(), timestamp);
}
