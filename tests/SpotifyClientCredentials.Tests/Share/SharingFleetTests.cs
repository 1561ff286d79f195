using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B27], [B28]: the number of token requests of a fleet.</summary>
public sealed class SharingFleetTests : IDisposable
{
    private const int Instances = 100;

    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _lock = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_OfAFleetThatStartsAtOnceWithALock_SendsOneRequestForAll()
    {
        _fleet.TryAcquireLock = _lock.TryAcquire;
        _fleet.Endpoint.Response = null;
        Task<AccessToken>[] getting = [.. Enumerable.Range(0, Instances).Select(_ => _fleet.Start().GetAsync())];
        await Soon.UntilAsync(() => _fleet.Requests == 1 && _lock.Attempts == Instances);

        _fleet.Endpoint.Acquisitions[0].Grant();
        await Soon.UntilAsync(() => _lock.Releases == 1);
        // Until every instance has read the store after its first delay.
        await StepUntilAsync(TimeSpan.FromMilliseconds(25), () => getting.All(call => call.IsCompleted));

        Assert.All(getting, call => Assert.Equal("token-1", call.Result.Value));
        Assert.Equal((1, 1), (_fleet.Requests, _lock.Releases));
    }

    [Fact]
    public async Task GetTokenAsync_OfAFleetThatStartsAtOnceWithoutALock_SendsAtMostOneRequestPerInstance()
    {
        Task<AccessToken>[] getting = [.. Enumerable.Range(0, Instances).Select(_ => _fleet.Start().GetAsync())];

        await Task.WhenAll(getting).Within();

        Assert.InRange(_fleet.Requests, 1, Instances);
    }

    [Fact]
    public async Task GetTokenAsync_OfAFleetInSteadyState_SendsFewRequestsPerTokenLife()
    {
        SharingInstance[] instances = [.. Enumerable.Range(0, Instances).Select(_ => _fleet.Start())];
        await instances[0].GetAsync().Within();
        await _fleet.IdleAsync();
        await GetAllAsync(instances);
        Assert.Equal(1, _fleet.Requests);
        const int Lives = 5;

        for (int life = 0; life < Lives; life++)
        {
            // To the start of the current token's renewal window.
            AccessToken current = instances[0].Provider.TryGetCached()!;
            _fleet.Clock.Advance(current.ExpiresOn - TimeSpan.FromMinutes(5) - _fleet.Clock.GetUtcNow());
            for (int second = 0; second < 150; second++)
            {
                await GetAllAsync(instances);
                _fleet.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            await GetAllAsync(instances);
        }

        // Two instances that are due in the same second, the step of this test, both send a request.
        Assert.InRange(_fleet.Requests - 1, Lives, 3 * Lives);
        Assert.Single(instances.Select(instance => instance.Provider.TryGetCached()?.Value).Distinct());
        Assert.All(instances, instance => Assert.Empty(instance.StoreFailures));
    }

    private async Task GetAllAsync(SharingInstance[] instances)
    {
        await Task.WhenAll(instances.Select(instance => instance.GetAsync())).Within();
        await _fleet.IdleAsync();
    }

    // With real time between the steps, so that what is due can run.
    private Task StepUntilAsync(TimeSpan step, Func<bool> isDone) => Soon.UntilAsync(() =>
    {
        _fleet.Clock.Advance(step);
        return isDone();
    });
}
