using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B28]: token requests of a fleet.</summary>
public sealed class SharingFleetTests : IDisposable
{
    private const int Instances = 100;

    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _gate = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_OfAFleetThatStartsAtOnceWithALock_MakesOneRequestAndServesAllSoonAfterIt()
    {
        _fleet.Gate = _gate.TryEnter;
        _fleet.Endpoint.Response = null;
        Task<AccessToken>[] getting = [.. Enumerable.Range(0, Instances).Select(_ => _fleet.Start().GetAsync())];
        await Soon.UntilAsync(() => _fleet.Requests == 1 && _gate.Asked == Instances);

        _fleet.Endpoint.Acquisitions[0].Grant();
        await Soon.UntilAsync(() => _gate.Left == 1);
        // Longer than anybody's first pause.
        await StepUntilAsync(TimeSpan.FromMilliseconds(25), () => getting.All(call => call.IsCompleted));

        Assert.All(getting, call => Assert.Equal("token-1", call.Result.Value));
        Assert.Equal((1, 1), (_fleet.Requests, _gate.Left));
    }

    [Fact]
    public async Task GetTokenAsync_OfAFleetThatStartsAtOnceWithoutALock_MakesNoMoreRequestsThanInstances()
    {
        Task<AccessToken>[] getting = [.. Enumerable.Range(0, Instances).Select(_ => _fleet.Start().GetAsync())];

        await Task.WhenAll(getting).Within();

        Assert.InRange(_fleet.Requests, 1, Instances);
    }

    [Fact]
    public async Task GetTokenAsync_OfAFleetInSteadyState_MakesFewRequestsPerLife()
    {
        SharingInstance[] instances = [.. Enumerable.Range(0, Instances).Select(_ => _fleet.Start())];
        await instances[0].GetAsync().Within();
        await _fleet.IdleAsync();
        await AskAllAsync(instances);
        Assert.Equal(1, _fleet.Requests);
        const int Lives = 5;

        for (int life = 0; life < Lives; life++)
        {
            // From where the window of the current token begins, which was requested at some moment of the last one.
            AccessToken current = instances[0].Provider.TakeAtOnce()!;
            _fleet.Clock.Advance(current.ExpiresOn - TimeSpan.FromMinutes(5) - _fleet.Clock.GetUtcNow());
            for (int second = 0; second < 150; second++)
            {
                await AskAllAsync(instances);
                _fleet.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            await AskAllAsync(instances);
        }

        // Two that are due within one second, the step of this test, both request.
        Assert.InRange(_fleet.Requests - 1, Lives, 3 * Lives);
        Assert.Single(instances.Select(instance => instance.Provider.TakeAtOnce()?.Value).Distinct());
        Assert.All(instances, instance => Assert.Empty(instance.Troubles));
    }

    private async Task AskAllAsync(SharingInstance[] instances)
    {
        await Task.WhenAll(instances.Select(instance => instance.GetAsync())).Within();
        await _fleet.IdleAsync();
    }

    // With real time between the steps, so that what is due gets round to it.
    private Task StepUntilAsync(TimeSpan step, Func<bool> isDone) => Soon.UntilAsync(() =>
    {
        _fleet.Clock.Advance(step);
        return isDone();
    });
}
