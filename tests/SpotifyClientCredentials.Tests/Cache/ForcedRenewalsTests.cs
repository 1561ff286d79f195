using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class ForcedRenewalsTests
{
    private readonly TestClock _clock = new();

    [Theory]
    [InlineData(300, 30)]
    [InlineData(120, 30)]
    [InlineData(60, 15)]
    [InlineData(0.4, 0.1)]
    public void Interval_OfAWindow_IsAQuarterOfItAndAtMostThirtySeconds(double window, double expected) =>
        Assert.Equal(Seconds(expected), ForcedRenewals.Interval(Seconds(window)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(8, 128)]
    [InlineData(9, 256)]
    [InlineData(10, 300)]
    [InlineData(1_000_000, 300)]
    public void RowDelay_OfTokensInARow_DoublesFromASecondToTheWindow(int inRow, double expected) =>
        Assert.Equal(Seconds(expected), ForcedRenewals.RowDelay(inRow, Seconds(300)));

    [Theory]
    [InlineData(300, 30)]
    [InlineData(60, 15)]
    public void Wait_OfAnAcceptedToken_IsZeroForFourAndThenOneComesBackPerInterval(double window, double interval)
    {
        CachedToken token = Token(window, isAccepted: true);
        ForcedRenewals forced = ForcedRenewals.None;
        for (int used = 0; used < 4; used++)
        {
            Assert.False(forced.Wait(token, _clock) > TimeSpan.Zero);
            forced = forced.Used(token, _clock);
        }

        Assert.Equal(Seconds(interval), forced.Wait(token, _clock));
        _clock.Advance(Seconds(interval));
        Assert.Equal(TimeSpan.Zero, forced.Wait(token, _clock));
        forced = forced.Used(token, _clock);
        Assert.Equal(Seconds(interval), forced.Wait(token, _clock));
    }

    [Fact]
    public void Wait_AfterALongTime_AllowsFourAgainAndNoMore()
    {
        CachedToken token = Token(isAccepted: true);
        ForcedRenewals forced = Use(ForcedRenewals.None, token, times: 4);
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.Zero, forced.Wait(token, _clock));
        Assert.Equal(Seconds(30), Use(forced, token, times: 4).Wait(token, _clock));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Wait_OfAnOrdinaryOrAnAcceptedTokenAfterARow_IsThatOfTheBucket(bool isForced, bool isAccepted)
    {
        ForcedRenewals forced = Use(ForcedRenewals.None.Used(Token(), _clock), Token(isForced: true), times: 3);

        Assert.False(forced.Wait(Token(isForced: isForced, isAccepted: isAccepted), _clock) > TimeSpan.Zero);
    }

    [Fact]
    public void Wait_OfForcedTokensThatNobodyAccepts_IsOneTwoFourSecondsAfterTheLast()
    {
        CachedToken forcedToken = Token(isForced: true);
        ForcedRenewals forced = ForcedRenewals.None.Used(Token(), _clock);
        foreach (int delay in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            Assert.Equal(Seconds(delay), forced.Wait(forcedToken, _clock));
            _clock.Advance(Seconds(delay));
            Assert.Equal(TimeSpan.Zero, forced.Wait(forcedToken, _clock));
            forced = forced.Used(forcedToken, _clock);
        }
    }

    [Fact]
    public void Used_OfTokensInARow_CostsTheBucketOnlyTheFirst()
    {
        ForcedRenewals forced = Use(ForcedRenewals.None.Used(Token(), _clock), Token(isForced: true), times: 10);

        Assert.False(Use(forced, Token(), times: 2).Wait(Token(), _clock) > TimeSpan.Zero);
        Assert.Equal(Seconds(30), Use(forced, Token(), times: 3).Wait(Token(), _clock));
    }

    [Fact]
    public void EndRow_AfterAnAcceptance_StartsTheNextRowWithASecond()
    {
        CachedToken forcedToken = Token(isForced: true);
        ForcedRenewals forced = Use(ForcedRenewals.None.Used(Token(), _clock), forcedToken, times: 3).EndRow();

        Assert.False(forced.Wait(forcedToken, _clock) > TimeSpan.Zero);
        Assert.Equal(Seconds(1), forced.Used(forcedToken, _clock).Wait(forcedToken, _clock));
    }

    [Fact]
    public void Wait_OfATokenFromTheStore_IsZero()
    {
        ForcedRenewals forced = Use(Use(ForcedRenewals.None, Token(), times: 9), Token(isForced: true), times: 9);

        Assert.Equal(TimeSpan.Zero, forced.Wait(Token(isFromStore: true), _clock));
        Assert.Equal(TimeSpan.Zero, forced.Wait(Token(isForced: true, isFromStore: true), _clock));
    }

    private ForcedRenewals Use(ForcedRenewals forced, CachedToken token, int times) =>
        Enumerable.Repeat(token, times).Aggregate(forced, (used, next) => used.Used(next, _clock));

    private CachedToken Token(double window = 300, bool isForced = false, bool isAccepted = false, bool isFromStore = false)
    {
        AccessToken token = new("token", DateTimeOffset.UnixEpoch) { IsFromStore = isFromStore };
        AcquiredToken acquired = new(token, _clock.GetTimestamp(), TestProvider.Hour, RenewAfter: TestProvider.Hour);
        return new CachedToken(acquired, Seconds(window), UsableUntil: 0, token.ExpiresOn, token.ExpiresOn) { IsForced = isForced, AcceptedOn = isAccepted ? "GET /" : null };
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
