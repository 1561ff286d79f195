using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>A rejected token costs no request of its own where another request is in flight, or where it has expired or been replaced.</summary>
public sealed class RejectedTokenCostTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenWhileARenewalIsInFlight_JoinsIt()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();

        Task<AccessToken> replacing = Replace(rejected);
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await replacing.Within()).Value);
        Assert.Equal(2, _test.AcquisitionsStarted);
        Assert.Equal(0, _test.Provider.Cache.State.Forced.InRow);
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenWhoseRenewalInFlightFails_Fails()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        _test.Clock.Advance(TimeSpan.FromMinutes(56));
        _test.GetCachedValue();
        Task<AccessToken> replacing = Replace(rejected);

        await _test.FailRenewalAsync();

        await Assert.ThrowsAsync<TokenRequestException>(() => replacing).Within();
        Assert.Equal("token-1", _test.GetCachedValue());
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenThatWasReplaced_ReturnsTheCurrentOneAtOnce()
    {
        AccessToken old = await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);
        await _test.CacheTokenAsync();

        ValueTask<AccessToken> getting = _test.Provider.GetTokenAsync(old);

        Assert.True(getting.IsCompletedSuccessfully);
        Assert.Equal("token-2", (await getting).Value);
        Assert.Equal(2, _test.AcquisitionsStarted);
        Assert.Empty(_test.Logs.Events(7));
    }

    [Fact]
    public async Task GetTokenAsync_WithARejectedTokenThatHasExpired_WaitsForAnOrdinaryOneAsEveryCallDoes()
    {
        AccessToken expired = await _test.CacheTokenAsync();
        _test.Clock.Advance(TestProvider.Hour);

        Task<AccessToken> replacing = Replace(expired);
        await _test.FailAcquisitionAsync();
        _test.Clock.Advance(TimeSpan.FromSeconds(0.5));
        (await _test.AcquisitionAsync(3)).Grant();

        Assert.Equal("token-3", (await replacing.Within()).Value);
        Assert.All(_test.Source.Acquisitions, acquisition => Assert.Null(acquisition.Rejected));
        Assert.Equal(0, _test.Provider.Cache.State.Forced.InRow);
        Assert.Empty(_test.Logs.Events(7));
    }

    [Fact]
    public async Task GetTokenAsync_WithTheSameRejectedTokenFromManyThreads_SendsOneRequestAndLogsOnce()
    {
        AccessToken rejected = await _test.CacheTokenAsync();
        using Barrier start = new(8);
        Task<Task<AccessToken>[]>[] threads = [.. Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, 125).Select(_ => Replace(rejected)).ToArray();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        Task<AccessToken>[] callers = [.. (await Task.WhenAll(threads).Within()).SelectMany(callers => callers)];

        (await _test.AcquisitionAsync(2)).Grant();

        Assert.All(await Task.WhenAll(callers).Within(), token => Assert.Equal("token-2", token.Value));
        Assert.Equal(2, _test.AcquisitionsStarted);
        Assert.Single(_test.Logs.Events(7));
    }

    private Task<AccessToken> Replace(AccessToken rejected) => _test.Provider.GetTokenAsync(rejected).AsTask();
}
