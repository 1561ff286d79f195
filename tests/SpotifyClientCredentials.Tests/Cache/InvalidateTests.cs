using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class InvalidateTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Knows_AfterTwoRenewals_IsTrueForTheCurrentAndThePreviousToken()
    {
        for (int renewal = 0; renewal < 3; renewal++)
        {
            await _test.CacheTokenAsync();
            _test.Clock.Advance(TestProvider.Hour);
        }

        Assert.Equal([false, true, true], Enumerable.Range(1, 3).Select(number => _test.Provider.Cache.Knows($"token-{number}")));
    }

    [Fact]
    public async Task Invalidate_OfTheCurrentToken_ReplacesItByAnotherOne()
    {
        AccessToken rejected = await _test.CacheTokenAsync();

        _test.Provider.Invalidate(rejected);

        Assert.Equal("token-2", (await _test.CacheTokenAsync()).Value);
        Assert.Same(rejected, _test.Source.Acquisitions[1].Rejected);
    }

    [Fact]
    public async Task Invalidate_OfThePreviousToken_DoesNothing()
    {
        AccessToken old = await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);
        await _test.CacheTokenAsync();

        _test.Provider.Invalidate(old);

        Assert.Equal("token-2", _test.GetCachedValue());
        Assert.Empty(_test.Logs.Events(7));
    }

    [Fact]
    public async Task Invalidate_OfATokenPastItsMargin_ForcesNoRenewal()
    {
        AccessToken expired = await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);

        _test.Provider.Invalidate(expired);
        await _test.CacheTokenAsync();

        Assert.Null(_test.Source.Acquisitions[1].Rejected);
        Assert.False(_test.Provider.Cache.AwaitsAcceptance);
        Assert.Empty(_test.Logs.Events(7));
    }

    [Fact]
    public async Task Invalidate_AThousandTimesAtOnce_CausesOneAcquisition()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        using Barrier start = new(8);
        Task[] threads = [.. Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (int call = 0; call < 125; call++)
                {
                    _test.Provider.Invalidate(rejected);
                    Assert.Null(_test.Provider.TryGetCached());
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        await Task.WhenAll(threads).Within();
        Assert.Equal(2, _test.AcquisitionsStarted);

        Task<AccessToken> waiting = _test.GetAsync();
        (await _test.AcquisitionAsync(2)).Grant();
        await waiting.Within();
        _test.Provider.Invalidate(rejected);

        Assert.Equal("token-2", _test.GetCachedValue());
        Assert.Single(_test.Logs.Events(7));
    }

    [Fact]
    public async Task Invalidate_WhenTheRenewalFails_StillAsksForATokenOtherThanTheRejected()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        _test.Provider.Invalidate(rejected);
        await _test.FailAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(1));

        await _test.CacheTokenAsync();

        Assert.Same(rejected, _test.Source.Acquisitions[2].Rejected);
    }

    [Fact]
    public async Task Invalidate_WhileARenewalIsInFlight_JoinsIt()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();

        _test.Provider.Invalidate(rejected);
        Task<AccessToken> waiting = _test.GetAsync();
        Assert.False(waiting.IsCompleted);
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await waiting.Within()).Value);
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task TryReplace_WhenTheApiRejectsEveryToken_ForcesRenewalsAtGrowingIntervals()
    {
        AccessToken token = await _test.CacheTokenAsync();
        List<double> gaps = [];
        DateTimeOffset forcedOn = _test.Clock.GetUtcNow();
        for (int forced = 0; forced < 7; forced++)
        {
            while (!_test.Provider.Cache.TryReplace(token))
            {
                Assert.Equal(token.Value, _test.GetCachedValue());
                _test.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            gaps.Add((_test.Clock.GetUtcNow() - forcedOn).TotalSeconds);
            forcedOn = _test.Clock.GetUtcNow();
            token = await _test.CacheTokenAsync();
        }

        Assert.Equal([0, 30, 60, 120, 240, 300, 300], gaps);
    }

    [Fact]
    public async Task TryReplace_OfAShortLivedToken_PausesForAQuarterOfItsWindow()
    {
        _test.Provider.Invalidate(await _test.CacheTokenAsync(TimeSpan.FromMinutes(4)));
        AccessToken forced = await _test.CacheTokenAsync(TimeSpan.FromMinutes(4));

        _test.Clock.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(_test.Provider.Cache.TryReplace(forced));
        _test.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(_test.Provider.Cache.TryReplace(forced));
    }

    [Fact]
    public async Task TryReplace_AfterATokenWasAccepted_ResetsThePause()
    {
        _test.Provider.Invalidate(await _test.CacheTokenAsync());
        AccessToken token = await ReplaceAfterAsync(await _test.CacheTokenAsync(), seconds: 30);
        token = await ReplaceAfterAsync(token, seconds: 60);

        _test.Provider.Cache.RecordAcceptance(token);
        Assert.False(_test.Provider.Cache.AwaitsAcceptance);

        await ReplaceAfterAsync(token, seconds: 30);
    }

    [Fact]
    public async Task Accept_OfAnotherToken_ResetsNothing()
    {
        AccessToken old = await _test.CacheTokenAsync();
        _test.Provider.Invalidate(old);
        AccessToken token = await ReplaceAfterAsync(await _test.CacheTokenAsync(), seconds: 30);

        _test.Provider.Cache.RecordAcceptance(old);

        Assert.True(_test.Provider.Cache.AwaitsAcceptance);
        await ReplaceAfterAsync(token, seconds: 60);
    }

    [Fact]
    public async Task AwaitsAcceptance_AfterARejection_IsTrueUntilATokenIsAccepted()
    {
        AccessToken token = await _test.CacheTokenAsync();
        Assert.False(_test.Provider.Cache.AwaitsAcceptance);

        _test.Provider.Invalidate(token);
        await _test.CacheTokenAsync();
        Assert.True(_test.Provider.Cache.AwaitsAcceptance);

        _test.Clock.Advance(TestProvider.Hour);
        AccessToken next = await _test.CacheTokenAsync();
        Assert.True(_test.Provider.Cache.AwaitsAcceptance);

        _test.Provider.Cache.RecordAcceptance(next);
        Assert.False(_test.Provider.Cache.AwaitsAcceptance);
    }

    [Fact]
    public void Invalidate_WithNull_Throws() => Assert.Throws<ArgumentNullException>(() => _test.Provider.Invalidate(null!));

    // Rejects the token just before the pause ends, and then when it has ended.
    private async Task<AccessToken> ReplaceAfterAsync(AccessToken token, int seconds)
    {
        _test.Clock.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        Assert.False(_test.Provider.Cache.TryReplace(token));
        _test.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(_test.Provider.Cache.TryReplace(token));
        return await _test.CacheTokenAsync();
    }
}
