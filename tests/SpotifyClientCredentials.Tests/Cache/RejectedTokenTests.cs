using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>A rejected token is suspect, not gone: only the call that reports it asks for another.</summary>
public sealed class RejectedTokenTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithARejectedToken_WaitsForAnotherAndNamesTheRejectedOne()
    {
        AccessToken rejected = await _test.CacheTokenAsync();

        Task<AccessToken> replacing = Replace(rejected);
        Assert.False(replacing.IsCompleted);
        AcquisitionRequest request = (await _test.AcquisitionAsync(2)).Request;
        _test.Source.Acquisitions[1].Grant();

        Assert.Equal("token-2", (await replacing.Within()).Value);
        Assert.Equal((rejected, rejected), (request.Rejected, request.Current!.Token));
        Assert.False(request.IsAhead || request.BypassStore);
    }

    [Fact]
    public async Task GetTokenAsync_WhileTheRejectedTokenIsReplaced_ReturnsItToOtherCallersAtOnce()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        Task<AccessToken> replacing = Replace(rejected);

        Assert.Equal("token-1", _test.GetCachedValue());

        (await _test.AcquisitionAsync(2)).Grant();
        await replacing.Within();
        Assert.Equal("token-2", _test.GetCachedValue());
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheReplacementFails_FailsOnlyTheCallThatReportedIt()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        Task<AccessToken> replacing = Replace(rejected);
        TokenRequestException cause = Failures.Transient();

        await _test.FailRenewalAsync(cause);

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within();
        Assert.Same(cause, failure.InnerException);
        Assert.InRange(failure.RetryAfter!.Value, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5));
        Assert.Equal("token-1", _test.GetCachedValue());
        _test.Clock.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("token-1", _test.GetCachedValue());
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenDuringABackoff_FailsAtOnceAndNeverWaits()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        await FailReplacementAsync(rejected);

        ValueTask<AccessToken> replacing = _test.Provider.GetTokenAsync(rejected);

        Assert.True(replacing.IsFaulted);
        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(async () => await replacing);
        Assert.InRange(failure.RetryAfter!.Value, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenAfterTheBackoff_AsksForAnotherAgain()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        await FailReplacementAsync(rejected);
        _test.Clock.Advance(TimeSpan.FromSeconds(0.5));

        Task<AccessToken> replacing = Replace(rejected);
        (await _test.AcquisitionAsync(3)).Grant();

        Assert.Equal("token-3", (await replacing.Within()).Value);
        Assert.Same(rejected, _test.Source.Acquisitions[2].Rejected);
    }

    [Fact]
    public async Task GetTokenAsync_WithATokenThatTheEndpointReturnsAgain_FailsAndAsksAgainOnlyASecondLater()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        Task<AccessToken> replacing = Replace(rejected);

        (await _test.AcquisitionAsync(2)).Grant(value: "token-1");

        Assert.Equal(TimeSpan.FromSeconds(1), (await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within()).RetryAfter);
        Assert.Equal(2, _test.AcquisitionsStarted);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheReplacementHangs_EndsAtItsOwnLimit()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        Task<AccessToken> replacing = Replace(rejected);
        await _test.AcquisitionAsync(2);

        _test.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True((await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within()).IsTransient);
        Assert.Equal("token-1", _test.GetCachedValue());
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenAndACancelledCaller_EndsOnlyThatCall()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        using CancellationTokenSource cancelling = new();
        Task<AccessToken> cancelled = _test.Provider.GetTokenAsync(rejected, cancelling.Token).AsTask();
        Task<AccessToken> other = Replace(rejected);

        cancelling.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).Within();
        (await _test.AcquisitionAsync(2)).Grant();
        Assert.Equal("token-2", (await other.Within()).Value);
    }

    [Fact]
    public void GetTokenAsync_WithNullAsRejected_NamesTheArgument() =>
        Assert.Throws<ArgumentNullException>("rejected", () => { _ = _test.Provider.GetTokenAsync(rejected: null!).AsTask(); });

    private Task<AccessToken> Replace(AccessToken rejected) => _test.Provider.GetTokenAsync(rejected).AsTask();

    private async Task FailReplacementAsync(AccessToken rejected)
    {
        Task<AccessToken> replacing = Replace(rejected);
        await _test.FailRenewalAsync();
        await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within();
    }
}
