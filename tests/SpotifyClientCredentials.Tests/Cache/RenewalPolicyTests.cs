using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class RenewalPolicyTests
{
    private static readonly AcquiredToken Token = new(new AccessToken("token", DateTimeOffset.UnixEpoch), IssuedAt: 0, Seconds(3600), Seconds(3300));

    // The token is renewed from 100 on and usable until 200.
    [Theory]
    [InlineData(99, true, false, 0, TokenUse.Use)]
    [InlineData(100, true, false, 0, TokenUse.UseAndRenew)]
    [InlineData(100, true, false, -1, TokenUse.UseAndRenew)]
    [InlineData(100, true, true, 0, TokenUse.Use)]
    [InlineData(100, true, false, 1, TokenUse.Use)]
    [InlineData(199, true, false, 0, TokenUse.UseAndRenew)]
    [InlineData(199, true, true, 1, TokenUse.Use)]
    [InlineData(200, true, false, 0, TokenUse.Wait)]
    [InlineData(200, true, true, 0, TokenUse.Wait)]
    [InlineData(200, true, false, 1, TokenUse.Fail)]
    [InlineData(200, true, true, 1, TokenUse.Wait)]
    [InlineData(0, false, false, 0, TokenUse.Wait)]
    [InlineData(0, false, true, 0, TokenUse.Wait)]
    [InlineData(0, false, false, 1, TokenUse.Fail)]
    [InlineData(0, false, true, 1, TokenUse.Wait)]
    internal void Decide_ForATimeAndState_UsesRenewsWaitsOrFails(long now, bool isCached, bool isInFlight, int backoffLeft, TokenUse expected)
    {
        CachedToken? cached = isCached ? new CachedToken(Token, Seconds(300), UsableUntil: 200, RenewAt: 100) : null;

        Assert.Equal(expected, RenewalPolicy.Decide(now, cached, isInFlight, Seconds(backoffLeft)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
