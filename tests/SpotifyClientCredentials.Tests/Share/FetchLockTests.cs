using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B27]: what the one does who is let in, and what the others do.</summary>
public sealed class FetchLockTests : IDisposable
{
    private readonly SharingFleet _fleet = new();
    private readonly ScriptedLock _gate = new();

    public FetchLockTests() => _fleet.Gate = _gate.TryEnter;

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task GetTokenAsync_ByTheWinner_ReadsOnceMoreFetchesWritesAndThenLeaves()
    {
        TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fleet.Store.OnSet = _ => writing.Task;

        Assert.Equal("token-1", await _fleet.Start().GetValueAsync());

        await Soon.UntilAsync(() => _fleet.Store.Calls.Count == 3);
        Assert.Equal(["get", "get", "set"], _fleet.Store.Calls);
        Assert.True(_gate.IsTaken);
        writing.SetResult();
        await Soon.UntilAsync(() => _gate.Left == 1);
        Assert.Single(_fleet.Store.Lives);
    }

    [Fact]
    public async Task GetTokenAsync_ByTheWinnerWhenAnotherWasFaster_TakesThatTokenAndLeaves()
    {
        SharingInstance instance = _fleet.Start();
        TokenSeal seal = new(instance.Options);
        // Between the first look and the gate another came, fetched and left.
        _gate.OnEnter = _ =>
        {
            _fleet.Store.Put(seal.KeyName, seal.Seal(new SharedToken { Value = "others-token", ExpiresOn = _fleet.Clock.GetUtcNow() + TimeSpan.FromHours(1), Life = TimeSpan.FromHours(1) }));
            return Task.CompletedTask;
        };

        Assert.Equal("others-token", await instance.GetValueAsync());

        Assert.Equal(0, _fleet.Requests);
        await Soon.UntilAsync(() => _gate.Left == 1);
        Assert.Equal(["get", "get"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task ReleaseAsync_OfALockThatWasNotAcquired_IsNoTrouble()
    {
        SharingInstance instance = _fleet.Start();
        FetchLock gate = new(_gate.TryEnter, TimeSpan.FromSeconds(2), instance.Options, new Outage(instance.Logs.ForProvider()), _fleet.Clock);

        await gate.LeaveAsync(entered: null);

        Assert.Empty(instance.Troubles);
    }

    [Fact]
    public async Task GetTokenAsync_ByTheWinnerWhoseRequestFails_ReleasesTheLock()
    {
        _fleet.Endpoint.Response = acquisition => acquisition.Fail();

        await Assert.ThrowsAsync<TokenRequestException>(() => _fleet.Start().GetAsync()).Within();

        await Soon.UntilAsync(() => _gate.Left == 1);
    }

    [Fact]
    public async Task GetTokenAsync_ByTheWinnerWhoIsDisposedMeanwhile_ReleasesTheLock()
    {
        _fleet.Endpoint.Response = null;
        SharingInstance instance = _fleet.Start();
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Requests == 1);

        instance.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting).Within();
        await Soon.UntilAsync(() => _gate.Left == 1);
        Assert.Equal(["get", "get"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WithAStoredToken_TriesNoLock()
    {
        await _fleet.StoreTokenAsync();
        int asked = _gate.Asked;

        await _fleet.Start().GetValueAsync();

        Assert.Equal(asked, _gate.Asked);
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserWithoutAToken_PollsTheStoreWithGrowingPausesUntilTheValueIsThere()
    {
        _gate.Take();
        SharingInstance loser = _fleet.Start();
        Task<AccessToken> getting = loser.GetAsync();
        for (int look = 1; look <= 6; look++)
        {
            TimeSpan pause = await PauseAsync(look);
            TimeSpan longest = TimeSpan.FromMilliseconds(Math.Min(1000, 50 * Math.Pow(2, look - 1)));
            Assert.InRange(pause, longest / 2, longest);
            if (look == 6)
            {
                PutToken(loser, "winners-token");
            }

            _fleet.Clock.Advance(pause);
        }

        Assert.Equal("winners-token", (await getting.Within()).Value);
        Assert.Equal((0, 1), (_fleet.Requests, _gate.Asked));
        Assert.Empty(loser.Troubles);
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserForWhomNobodyStoresAToken_GoesAloneAtHalfOfTheTimeout()
    {
        _gate.Take();
        TaskCompletionSource answering = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _gate.OnEnter = _ => answering.Task;
        SharingInstance loser = _fleet.Start();
        long startedAt = _fleet.Clock.GetTimestamp();
        Task<AccessToken> getting = loser.GetAsync();
        await Soon.UntilAsync(() => _gate.Asked == 1);
        // What the gate takes for its answer is part of that half.
        _fleet.Clock.Advance(TimeSpan.FromSeconds(1));
        answering.SetResult();
        int look = 0;
        while (_fleet.Requests == 0)
        {
            TimeSpan left = TimeSpan.FromSeconds(5) - _fleet.Clock.GetElapsedTime(startedAt);
            Assert.True(left > TimeSpan.Zero);
            TimeSpan pause = await PauseAsync(++look);
            if (pause < left)
            {
                _fleet.Clock.Advance(pause);
                continue;
            }

            _fleet.Clock.Advance(left - TimeSpan.FromTicks(1));
            Assert.Equal(0, _fleet.Requests);
            _fleet.Clock.Advance(TimeSpan.FromTicks(1));
            break;
        }

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.True(look > 5);
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
        Assert.Equal((1, 1, 0), (_fleet.Requests, _gate.Asked, _gate.Left));
        Assert.Empty(loser.Troubles);
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserWhoseLookupHangsAtHalfOfTheTimeout_GoesAloneThenAndBlamesNoStore()
    {
        _gate.Take();
        SharingInstance loser = _fleet.Start(options => options.TokenRequestTimeout = TimeSpan.FromSeconds(2));
        Task<AccessToken> getting = loser.GetAsync();
        TimeSpan waited = TimeSpan.Zero;
        for (int look = 1; look <= 4; look++)
        {
            TimeSpan pause = await PauseAsync(look);
            waited += pause;
            if (look == 4)
            {
                _fleet.Store.OnGet = _ => new TaskCompletionSource<byte[]?>().Task;
            }

            _fleet.Clock.Advance(pause);
        }

        // Hangs from 375..750 ms on, for at most 500 ms if it were trouble; the half of the timeout may come before.
        await Soon.UntilAsync(() => _fleet.Store.Reads == 5);
        _fleet.Clock.Advance(TimeSpan.FromMilliseconds(Math.Min(500, 1000 - waited.TotalMilliseconds)));

        Assert.Equal("token-1", (await getting.Within()).Value);
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserWhoseStoreFails_GoesAloneAtOnce()
    {
        _gate.Take();
        SharingInstance loser = _fleet.Start();
        Task<AccessToken> getting = loser.GetAsync();
        TimeSpan pause = await PauseAsync(1);
        _fleet.Store.OnGet = _ => throw new InvalidOperationException("scripted");

        _fleet.Clock.Advance(pause);

        Assert.Equal("token-1", (await getting.Within()).Value);
        Assert.Single(loser.Troubles);
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserWhoseTokenWasRejected_WaitsForAnotherThanThatOne()
    {
        SharingInstance loser = _fleet.Start();
        AccessToken rejected = await loser.GetAsync().Within();
        await Soon.UntilAsync(() => _gate.Left == 1);
        _gate.Take();
        loser.Provider.Invalidate(rejected);
        int timers = _fleet.Clock.Timers.Count;

        Task<AccessToken> getting = loser.GetAsync();
        _fleet.Clock.Advance(await PauseAsync(1, timers));
        TimeSpan pause = await PauseAsync(2, timers);
        Assert.False(getting.IsCompleted);
        PutToken(loser, "winners-token");
        _fleet.Clock.Advance(pause);

        Assert.Equal("winners-token", (await getting.Within()).Value);
        Assert.Equal(1, _fleet.Requests);
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserThatRenews_KeepsItsTokenAndReadsAgainAfterAPauseButNotAtTheLock()
    {
        SharingInstance loser = await StartDueForRenewalAsync();
        int timers = _fleet.Clock.Timers.Count;

        Assert.Equal("token-1", loser.Provider.TakeAtOnce()?.Value);
        TimeSpan pause = await RenewerPauseAsync(timers);
        Assert.InRange(pause, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(5));
        PutToken(loser, "winners-token");
        _fleet.Clock.Advance(pause - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", loser.Provider.TakeAtOnce()?.Value);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        await Soon.UntilAsync(() => loser.Provider.TakeAtOnce()?.Value == "winners-token");
        Assert.Equal((1, 2), (_fleet.Requests, _gate.Asked));
    }

    [Fact]
    public async Task GetTokenAsync_ByALoserThatRenewsWhileTheLockIsNeverReleased_GoesAloneAfterThePause()
    {
        SharingInstance loser = await StartDueForRenewalAsync();
        int timers = _fleet.Clock.Timers.Count;

        Assert.Equal("token-1", loser.Provider.TakeAtOnce()?.Value);
        _fleet.Clock.Advance(await RenewerPauseAsync(timers));

        await Soon.UntilAsync(() => loser.Provider.TakeAtOnce()?.Value == "token-2");
        Assert.Equal((2, 2), (_fleet.Requests, _gate.Asked));
    }

    /// <summary>An instance with a token of an hour that is due for renewal, while another is inside the gate.</summary>
    private async Task<SharingInstance> StartDueForRenewalAsync()
    {
        SharingInstance instance = _fleet.Start();
        await instance.GetAsync().Within();
        await Soon.UntilAsync(() => _gate.Left == 1);
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));
        _gate.Take();
        return instance;
    }

    /// <summary>The pause before a look of a loser that polls, once it has begun.</summary>
    /// <remarks>
    /// Timers are set for the acquisition, the first read, the gate, the end of the polling, and then for each pause and each read.
    /// </remarks>
    private async Task<TimeSpan> PauseAsync(int look, int timersBefore = 0)
    {
        int timer = timersBefore + 3 + (2 * look);
        await Soon.UntilAsync(() => _fleet.Clock.Timers.Count >= timer);
        return _fleet.Clock.Timers[timer - 1];
    }

    /// <summary>The pause of a loser that renews: behind the acquisition, the first read and the gate.</summary>
    private async Task<TimeSpan> RenewerPauseAsync(int timersBefore)
    {
        await Soon.UntilAsync(() => _fleet.Clock.Timers.Count >= timersBefore + 4);
        return _fleet.Clock.Timers[timersBefore + 3];
    }

    private void PutToken(SharingInstance instance, string value)
    {
        TokenSeal seal = new(instance.Options);
        _fleet.Store.Put(seal.KeyName, seal.Seal(new SharedToken { Value = value, ExpiresOn = _fleet.Clock.GetUtcNow() + TimeSpan.FromHours(1), Life = TimeSpan.FromHours(1) }));
    }
}
