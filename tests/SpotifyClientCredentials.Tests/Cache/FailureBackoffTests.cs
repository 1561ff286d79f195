using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class FailureBackoffTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_DuringABackoff_FailsImmediatelyWithItsCauseAndTheTimeLeft()
    {
        TokenRequestException cause = new("the endpoint is down", isTransient: false) { StatusCode = HttpStatusCode.BadRequest };
        TokenRequestException first = await _test.FailAsync(cause);
        _test.Clock.Advance(TimeSpan.FromSeconds(12));

        TokenRequestException second = await _test.FailImmediatelyAsync();
        TokenRequestException third = await _test.FailImmediatelyAsync();

        Assert.Same(cause, first.InnerException);
        Assert.Same(cause, second.InnerException);
        Assert.NotSame(second, third);
        Assert.Equal(TimeSpan.FromSeconds(18), second.RetryAfter);
        Assert.Contains("another 18.0 s", second.Message, StringComparison.Ordinal);
        Assert.Contains(cause.Message, second.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, false), (second.StatusCode, second.IsTransient));
    }

    [Fact]
    public async Task GetTokenAsync_AfterFailuresInARow_BacksOffForOneTwoFourFiveFiveSeconds()
    {
        foreach (int seconds in (int[])[1, 2, 4, 5, 5])
        {
            await _test.FailAsync();
            TimeSpan left = (await _test.FailImmediatelyAsync()).RetryAfter!.Value;
            Assert.InRange(left, TimeSpan.FromSeconds(seconds * 0.8), TimeSpan.FromSeconds(seconds));

            _test.Clock.Advance(left - TimeSpan.FromMilliseconds(1));
            await _test.FailImmediatelyAsync();
            _test.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await _test.CacheTokenAsync();
        Assert.Equal(6, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_AfterASuccess_CountsFailuresFromZero()
    {
        await _test.FailAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(1));
        await _test.FailAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(2));
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);

        await _test.FailAsync();

        Assert.InRange((await _test.FailImmediatelyAsync()).RetryAfter!.Value, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task GetTokenAsync_AfterAPermanentFailure_SendsNothingForThirtySeconds()
    {
        await _test.FailAsync(new TokenRequestException("invalid_client", isTransient: false));

        _test.Clock.Advance(TimeSpan.FromSeconds(29.9));
        await _test.FailImmediatelyAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(0.1));

        await _test.CacheTokenAsync();
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 600, 60)]
    [InlineData(HttpStatusCode.TooManyRequests, 600, 600)]
    [InlineData(HttpStatusCode.TooManyRequests, 86400, 3600)]
    public async Task GetTokenAsync_WithRetryAfter_SendsNothingUntilThen(HttpStatusCode status, int retryAfter, int expected)
    {
        await _test.FailAsync(new TokenRequestException("later", isTransient: true)
        {
            StatusCode = status,
            RetryAfter = TimeSpan.FromSeconds(retryAfter),
        });

        Assert.Equal(TimeSpan.FromSeconds(expected), (await _test.FailImmediatelyAsync()).RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTokenReachesItsMarginDuringALongBackoff_FailsForFiveMoreSeconds()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        await FailFiveRenewalsAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(179 - 31));
        _test.GetCachedValue();
        await _test.FailRenewalAsync();

        _test.Clock.Advance(TimeSpan.FromSeconds(1));

        TokenRequestException failure = await _test.FailImmediatelyAsync();
        Assert.Equal(TimeSpan.FromSeconds(5), failure.RetryAfter);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheTokenIsRejectedDuringALongBackoff_ShortensTheBackoff()
    {
        AccessToken token = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        await FailFiveRenewalsAsync();
        _test.GetCachedValue();
        await _test.FailRenewalAsync();

        _test.Provider.Invalidate(token);

        Assert.Equal(TimeSpan.FromSeconds(5), (await _test.FailImmediatelyAsync()).RetryAfter);
        _test.Clock.Advance(TimeSpan.FromSeconds(5));
        await _test.CacheTokenAsync();
    }

    // The next failure then starts a backoff of half a minute, unless something shortens it. Advances the clock by 31 s.
    private async Task FailFiveRenewalsAsync()
    {
        foreach (int backoff in (int[])[1, 2, 4, 8, 16])
        {
            _test.GetCachedValue();
            await _test.FailRenewalAsync();
            _test.Clock.Advance(TimeSpan.FromSeconds(backoff));
        }
    }
}
