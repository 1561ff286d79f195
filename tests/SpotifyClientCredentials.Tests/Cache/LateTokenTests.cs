using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Cache;

public sealed class LateTokenTests : IDisposable
{
    private readonly TestProvider _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetTokenAsync_WhenTheTokenReachesItsMarginBeforeTheCallerGetsIt_WaitsForTheNextOne(bool isAsync)
    {
        Task<AccessToken> getting = isAsync
            ? _test.GetAsync()
            : Task.Factory.StartNew(() => _test.Provider.GetToken(CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        ScriptedAcquisition late = await _test.AcquisitionAsync(1);

        // That it was acquired is logged when it's in the cache and nobody has it.
        _test.Logs.OnAdded = entry =>
        {
            _test.Logs.OnAdded = null;
            Assert.Equal(1, entry.EventId.Id);
            _test.Clock.Advance(TimeSpan.FromSeconds(3));
        };
        late.Grant(TimeSpan.FromSeconds(2));
        (await _test.AcquisitionAsync(2)).Grant();

        Assert.Equal("token-2", (await getting.Within()).Value);
    }
}
