using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class BackoffTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void After_OneFailureUponTheOther_CountsThem()
    {
        TokenRequestException latest = new("latest", isTransient: true);
        Backoff first = Backoff.After(new TokenRequestException("first", isTransient: true), previous: null, now: 1, TimeSpan.Zero);

        Backoff second = Backoff.After(latest, first, now: 2, TimeSpan.Zero);

        Assert.Equal((1, 2), (first.FailuresInRow, second.FailuresInRow));
        Assert.Same(latest, second.Failure);
        Assert.Equal(2, second.Since);
    }

    [Fact]
    public void After_ManyFailures_VariesEachLength()
    {
        TokenRequestException failure = new("scripted", isTransient: true);

        TimeSpan[] lengths = [.. Enumerable.Range(0, 64).Select(_ => Backoff.After(failure, null, 0, TimeSpan.Zero).Length)];

        Assert.All(lengths, length => Assert.InRange(length, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1)));
        Assert.True(lengths.Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(10, 5)]
    public void WithoutToken_OfALongOne_IsWhatItWouldHaveBeen(int failuresInRow, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Of(failuresInRow, TimeSpan.FromSeconds(30)).WithoutToken().Length);

    [Fact]
    public void WithoutToken_OfAShortOne_ProlongsNothing() =>
        Assert.Equal(TimeSpan.FromSeconds(4.2), Of(10, TimeSpan.FromSeconds(4.2)).WithoutToken().Length);

    [Fact]
    public void WithoutToken_OfAServersRetryAfter_KeepsIt()
    {
        TokenRequestException failure = new("scripted", isTransient: true) { RetryAfter = TimeSpan.FromSeconds(20) };

        Assert.Equal(TimeSpan.FromSeconds(20), Backoff.After(failure, null, 0, TestProvider.Hour).WithoutToken().Length);
    }

    [Fact]
    public void Left_AsTheClockMoves_RunsOut()
    {
        Backoff backoff = new(new TokenRequestException("scripted", isTransient: true), 1, _clock.GetTimestamp(), TimeSpan.FromSeconds(3));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Left(_clock));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, backoff.Left(_clock));
    }

    private static Backoff Of(int failuresInRow, TimeSpan length) =>
        new(new TokenRequestException("scripted", isTransient: true), failuresInRow, Since: 0, length);
}
