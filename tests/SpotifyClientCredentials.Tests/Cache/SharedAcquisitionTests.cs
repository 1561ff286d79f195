using System.Diagnostics;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class SharedAcquisitionTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WhenTheFirstCallerCancels_GivesTheOthersTheTokenOfTheSameAcquisition()
    {
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> leader = _test.GetAsync(cancelling.Token);
        Task<AccessToken> follower = _test.GetAsync();
        ScriptedAcquisition acquisition = await _test.AcquisitionAsync(1);

        cancelling.Cancel();

        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader).Within();
        Assert.Equal(cancelling.Token, cancelled.CancellationToken);
        Assert.False(acquisition.CancellationToken.IsCancellationRequested);
        Assert.False(follower.IsCompleted);
        acquisition.Grant();
        Assert.Equal("token-1", (await follower.Within()).Value);
        Assert.Equal(1, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenEveryCallerCancels_StillCachesTheTokenForLaterCalls()
    {
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> caller = _test.GetAsync(cancelling.Token);
        cancelling.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller).Within();

        Task<AccessToken> later = _test.GetAsync();
        (await _test.AcquisitionAsync(1)).Grant();

        Assert.Equal("token-1", (await later.Within()).Value);
        Assert.Equal(1, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenALaterCallerCancels_EndsOnlyThatCall()
    {
        Task<AccessToken> leader = _test.GetAsync();
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> follower = _test.GetAsync(cancelling.Token);

        cancelling.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower).Within();
        Assert.False(leader.IsCompleted);
    }

    [Fact]
    public async Task GetTokenAsync_WithACancelledToken_StartsNoAcquisition()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _test.GetAsync(new CancellationToken(canceled: true)));

        Assert.Equal(0, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenAThousandCallersGetAFailure_ThrowsEachItsOwnExceptionAroundTheSharedOne()
    {
        Task<AccessToken>[] callers = [.. Enumerable.Range(0, 1_000).Select(_ => _test.GetAsync())];
        TokenRequestException shared = new("the endpoint refuses", isTransient: false)
        {
            StatusCode = System.Net.HttpStatusCode.ServiceUnavailable,
            Error = "server_error",
            ErrorDescription = "down",
            RetryAfter = TimeSpan.FromSeconds(40),
        };

        (await _test.AcquisitionAsync(1)).Fail(shared);

        HashSet<Exception> own = [];
        foreach (Task<AccessToken> caller in callers)
        {
            TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => caller).Within();
            Assert.True(own.Add(failure));
            Assert.Same(shared, failure.InnerException);
            Assert.Equal((shared.Message, shared.IsTransient), (failure.Message, failure.IsTransient));
            Assert.Equal(
                (shared.StatusCode, shared.Error, shared.ErrorDescription, shared.RetryAfter),
                (failure.StatusCode, failure.Error, failure.ErrorDescription, failure.RetryAfter));
        }

        Assert.Equal(1, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WithAnAmbientContext_AcquiresWithoutIt()
    {
        AsyncLocal<string> ambient = new() { Value = "the first caller's" };
        using Activity activity = new Activity("the first caller's").Start();
        string? seen = "";
        Activity? current = activity;
        _test.Source.Response = acquisition =>
        {
            (seen, current) = (ambient.Value, Activity.Current);
            acquisition.Grant();
        };

        await _test.GetAsync().Within();

        Assert.Null(seen);
        Assert.Null(current);
    }

    [Fact]
    public async Task GetTokenAsync_RenewingWithAnAmbientContext_RenewsWithoutIt()
    {
        await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        AsyncLocal<string> ambient = new() { Value = "a caller's" };
        string? seen = "";
        _test.Source.Response = acquisition =>
        {
            seen = ambient.Value;
            acquisition.Grant();
        };

        _test.GetCachedValue();
        await Soon.UntilAsync(() => _test.GetCachedValue() == "token-2");

        Assert.Null(seen);
    }

    [Fact]
    public async Task GetTokenAsync_WhenAThousandCallersWait_SetsOneTimer()
    {
        Task<AccessToken>[] callers = [.. Enumerable.Range(0, 1_000).Select(_ => _test.GetAsync())];

        Assert.Equal(1, _test.Clock.TimersSet);

        (await _test.AcquisitionAsync(1)).Grant();
        await Task.WhenAll(callers).Within();
    }
}
