using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B14], [B28]: a fleet whose token is revoked.</summary>
public sealed class SharedRevocationTests : IDisposable
{
    private const int Instances = 50;

    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _lock = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_WhenTheSharedTokenIsRevoked_UsesTheOneThatAnotherInstanceStored()
    {
        SharingInstance[] instances = await StartAsync(2);
        AccessToken revoked = await instances[0].GetAsync();
        _fleet.Clock.Advance(TimeSpan.FromSeconds(1));

        foreach (SharingInstance instance in instances)
        {
            Assert.Equal("token-2", (await instance.Provider.GetTokenAsync(revoked).AsTask().Within()).Value);
            await _fleet.IdleAsync();
        }

        Assert.Equal(2, _fleet.Requests);
        Assert.Equal([1, 7, 1], instances[1].Logs.Entries.Select(entry => entry.EventId.Id));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheFleetsTokenIsRevokedAgainAndAgainWithALock_SendsOneRequestEachTime()
    {
        _fleet.TryAcquireLock = _lock.TryAcquire;
        SharingInstance[] instances = await StartAsync(Instances);
        for (int revocation = 1; revocation <= 4; revocation++)
        {
            AccessToken revoked = await instances[0].GetAsync();
            _fleet.Clock.Advance(TimeSpan.FromSeconds(10));
            _fleet.Endpoint.Response = null;
            Task<AccessToken>[] getting = [.. instances.Select(instance => instance.Provider.GetTokenAsync(revoked).AsTask())];
            await Soon.UntilAsync(() => _fleet.Requests == 1 + revocation && _lock.Attempts == 1 + (revocation * Instances));
            // Everybody else goes on with the token meanwhile.
            Assert.All(instances, instance => Assert.Equal(revoked.Value, instance.Provider.TryGetCached()?.Value));

            _fleet.Endpoint.Acquisitions[^1].Grant();
            await Soon.UntilAsync(() => _lock.Releases == 1 + revocation);
            await Soon.UntilAsync(() =>
            {
                _fleet.Clock.Advance(TimeSpan.FromMilliseconds(25));
                return getting.All(call => call.IsCompleted);
            });

            Assert.All(getting, call => Assert.Equal($"token-{1 + revocation}", call.Result.Value));
            Assert.Equal(1 + revocation, _fleet.Requests);
            await _fleet.IdleAsync();
            Array.ForEach(instances, instance => instance.Provider.Cache.OnAccepted(getting[0].Result, "GET /v1/tracks/{id}"));
        }
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheFleetsTokenIsRevokedWithoutALock_SendsAtMostOneRequestPerInstance()
    {
        SharingInstance[] instances = await StartAsync(Instances);
        AccessToken revoked = await instances[0].GetAsync();

        AccessToken[] tokens = await Task.WhenAll(instances.Select(instance => instance.Provider.GetTokenAsync(revoked).AsTask())).Within();

        Assert.All(tokens, token => Assert.NotEqual(revoked.Value, token.Value));
        Assert.InRange(_fleet.Requests, 2, 1 + Instances);
    }

    /// <summary>Starts instances with one token.</summary>
    private async Task<SharingInstance[]> StartAsync(int count)
    {
        SharingInstance[] instances = [.. Enumerable.Range(0, count).Select(_ => _fleet.Start())];
        foreach (SharingInstance instance in instances)
        {
            await instance.GetAsync().Within();
            await _fleet.IdleAsync();
        }

        Assert.Equal(1, _fleet.Requests);
        return instances;
    }
}
