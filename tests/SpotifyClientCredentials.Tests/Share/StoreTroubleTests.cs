using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

/// <summary>[B27]: a store that is down, frozen, slow or full of garbage costs a limited time and nothing else.</summary>
[Collection(NonParallel.Name)]
public sealed class StoreTroubleTests : IDisposable
{
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(2);

    private readonly SharingFleet _fleet = new();
    private readonly ManualResetEventSlim _block = new();
    private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _block.Set();
        _fleet.Dispose();
    }

    public static TheoryData<string> Failures => ["throws at once", "fails", "cancels itself", "returns no task", "throws its own exception type"];

    public static TheoryData<string> Delays => ["never responds", "responds late", "fails late", "blocks"];

    public static TheoryData<string> Garbage => ["nothing at all", "one byte", "zeros", "random bytes", "a megabyte", "text", "an older version", "a newer version", "a cut entry"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task GetTokenAsync_WhenTheStoreFails_RequestsATokenAtOnceAndLogsOnce(string failure)
    {
        SharingInstance instance = _fleet.Start();
        Break(failure);

        Assert.Equal("token-1", await instance.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Calls.Count == 4);
        Assert.Equal(["get", "set", "remove", "set"], _fleet.Store.Calls);
        _fleet.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("token-2", await instance.GetValueAsync());

        Assert.Equal(2, _fleet.Requests);
        Assert.StartsWith(
            "Sharing the access token of app '(unnamed)' failed, and this instance continues without it: Reading failed with ",
            Assert.Single(instance.StoreFailures),
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task GetTokenAsync_WhenTheStoreDoesNotRespond_RequestsATokenAfterTheStoreTimeoutAndLogsOnce(string delay)
    {
        SharingInstance instance = _fleet.Start();
        Break(delay);

        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Store.Reads == 1);
        _fleet.Clock.Advance(StoreTimeout - TimeSpan.FromTicks(1));
        Assert.Equal(0, _fleet.Requests);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("token-1", (await getting.Within()).Value);
        _block.Set();
        _late.SetResult();
        Assert.Equal("token-1", instance.Provider.TryGetCached()?.Value);
        Assert.Equal(1, _fleet.Requests);
        Assert.Equal(
            "Sharing the access token of app '(unnamed)' failed, and this instance continues without it: Reading failed with TimeoutException: It took longer than 2 s.",
            Assert.Single(instance.StoreFailures));
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task GetTokenAsync_WhenTheEntryIsGarbage_RequestsATokenOverwritesTheEntryAndLogsOnce(string garbage)
    {
        SharingInstance instance = _fleet.Start();
        TokenSeal seal = new(instance.Options);
        _fleet.Store.Put(seal.KeyName, Make(garbage, instance.Options));

        Assert.Equal("token-1", await instance.GetValueAsync());

        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
        Assert.Equal("token-1", seal.Open(_fleet.Store.Entry)?.Token.Value);
        Assert.Equal(1, _fleet.Requests);
        Assert.Equal(
            $"Sharing the access token of app '(unnamed)' failed, and this instance continues without it: The entry {seal.KeyName} was changed or has another version of this library's format; it is overwritten.",
            Assert.Single(instance.StoreFailures));
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreIsEmpty_LogsNothing()
    {
        SharingInstance instance = _fleet.Start();

        await instance.GetValueAsync();

        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreRecoversAndFailsAgain_LogsOncePerOutage()
    {
        SharingInstance instance = _fleet.Start();
        for (int outage = 1; outage <= 2; outage++)
        {
            Break("fails");
            await _fleet.AcquireAnotherAsync(instance);
            await _fleet.AcquireAnotherAsync(instance);
            Assert.Equal(outage, instance.StoreFailures.Count);

            Mend();
            int writes = _fleet.Store.Lives.Count;
            await _fleet.AcquireAnotherAsync(instance);
            await Soon.UntilAsync(() => _fleet.Store.Lives.Count > writes);
            await _fleet.AcquireAnotherAsync(instance);
            Assert.Equal(outage, instance.StoreFailures.Count);
        }
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreHasATokenAfterAnOutage_LogsTheNextOutageToo()
    {
        SharingInstance instance = _fleet.Start();
        Break("fails");
        await _fleet.AcquireAnotherAsync(instance);
        await _fleet.IdleAsync();

        Mend();
        _fleet.Clock.Advance(TimeSpan.FromHours(1));
        AccessToken others = await _fleet.StoreTokenAsync();
        Assert.Equal(others.Value, await instance.GetValueAsync());
        Break("fails");
        await _fleet.AcquireAnotherAsync(instance);

        Assert.Equal(2, instance.StoreFailures.Count);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreIsReadOnly_LogsOnce()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnSet = _ => throw new InvalidOperationException("read only");

        await _fleet.AcquireAnotherAsync(instance);
        await Soon.UntilAsync(() => instance.StoreFailures.Count == 1);
        await _fleet.AcquireAnotherAsync(instance);
        await Soon.UntilAsync(() => _fleet.Store.Calls.Count == 8);

        Assert.Equal(["get", "set", "remove", "set", "get", "set", "remove", "set"], _fleet.Store.Calls);
        Assert.EndsWith("Writing failed with InvalidOperationException: read only", Assert.Single(instance.StoreFailures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheEntryCannotBeOverwritten_RemovesItAndStoresAnother()
    {
        SharingInstance instance = _fleet.Start();
        // Like Redis for a value that isn't a hash.
        _fleet.Store.OnGet = _ => throw new InvalidOperationException("WRONGTYPE");
        _fleet.Store.OnSet = _ => _fleet.Store.Calls.Contains("remove") ? Task.CompletedTask : throw new InvalidOperationException("WRONGTYPE");

        Assert.Equal("token-1", await instance.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Lives.Count == 1);
        Mend();

        Assert.Equal("token-1", await _fleet.Start().GetValueAsync());
        Assert.Single(instance.StoreFailures);
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public async Task GetTokenAsync_WhenTheWriteDoesNotEnd_ReturnsTheTokenAndLogsOnce(string delay)
    {
        SharingInstance instance = _fleet.Start();
        Break(delay);
        _fleet.Store.OnGet = null;

        Assert.Equal("token-1", await instance.GetValueAsync());
        await Soon.UntilAsync(() => _fleet.Store.Calls.Count == 2);
        _fleet.Clock.Advance(StoreTimeout);

        await Soon.UntilAsync(() => instance.StoreFailures.Count == 1);
        Assert.EndsWith("Writing failed with TimeoutException: It took longer than 2 s.", instance.StoreFailures[0], StringComparison.Ordinal);
        Assert.Equal(["get", "set"], _fleet.Store.Calls);
    }

    [Fact]
    public async Task GetTokenAsync_WhenStoreAndEndpointDoNotRespond_FailsAtTokenRequestTimeout()
    {
        SharingInstance instance = _fleet.Start();
        Break("never responds");
        _fleet.Endpoint.Response = null;
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Store.Reads == 1);
        _fleet.Clock.Advance(StoreTimeout);
        await Soon.UntilAsync(() => _fleet.Requests == 1);

        _fleet.Clock.Advance(TimeSpan.FromSeconds(8) - TimeSpan.FromTicks(1));
        Assert.False(getting.IsCompleted);
        _fleet.Clock.Advance(TimeSpan.FromTicks(1));

        TokenRequestException failure = await Assert.ThrowsAsync<TokenRequestException>(() => getting).Within();
        Assert.Equal("No access token came from https://accounts.spotify.com/api/token within 10 s (TokenRequestTimeout).", failure.Message);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreFailsDuringARenewal_RenewsTheToken()
    {
        SharingInstance instance = _fleet.Start();
        await _fleet.AcquireAnotherAsync(instance);
        Break("fails");
        _fleet.Clock.Advance(TimeSpan.FromMinutes(57.5));

        Assert.Equal("token-1", instance.Provider.TryGetCached()?.Value);

        await Soon.UntilAsync(() => instance.Provider.TryGetCached()?.Value == "token-2");
    }

    [Fact]
    public async Task GetTokenAsync_WhenDisposedDuringARead_EndsAtOnceAndLogsNothing()
    {
        SharingInstance instance = _fleet.Start();
        Break("never responds");
        Task<AccessToken> getting = instance.GetAsync();
        await Soon.UntilAsync(() => _fleet.Store.Reads == 1);

        instance.Provider.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => getting).Within();
        Assert.Empty(instance.StoreFailures);
    }

    [Fact]
    public async Task GetTokenAsync_WhenTheStoreFailsTooLate_LeavesNoExceptionUnobserved()
    {
        using Unobserved unobserved = new();
        await TroubleAsync();

        await unobserved.CollectAsync();

        Assert.DoesNotContain(unobserved.Exceptions, exception => exception.Message == "scripted, late");

        async Task TroubleAsync()
        {
            TaskCompletionSource<byte[]?> reading = new();
            SharingInstance instance = _fleet.Start();
            _fleet.Store.OnGet = _ => reading.Task;
            Task<AccessToken> getting = instance.GetAsync();
            await Soon.UntilAsync(() => _fleet.Store.Reads == 1);
            _fleet.Clock.Advance(StoreTimeout);
            await getting.Within();
            reading.SetException(new InvalidOperationException("scripted, late"));
        }
    }

    [Fact]
    public async Task StoreTrouble_WithASecretInItsMessage_ShowsItRedacted()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnGet = _ => throw new InvalidOperationException($"refused '{instance.Options.ClientSecret}' and\r\n'{instance.Options.BasicValue}'");

        await instance.GetValueAsync();

        Assert.EndsWith("InvalidOperationException: refused '[redacted]' and'[redacted]'", Assert.Single(instance.StoreFailures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreTrouble_WithAPasswordInAnAddressAndACauseInside_ShowsTheCauseAndNoPassword()
    {
        SharingInstance instance = _fleet.Start();
        _fleet.Store.OnGet = _ => throw new InvalidOperationException(
            "It failed, see inner exception.", new InvalidOperationException($"no route to redis://:pw@redis:6379 ({new string('x', 300)})"));

        await instance.GetValueAsync();

        string expected = "Reading failed with InvalidOperationException: It failed: no route to redis://[redacted]@redis:6379 (";
        Assert.EndsWith(expected + new string('x', 256 - expected.Length + expected.IndexOf("It failed", StringComparison.Ordinal)), Assert.Single(instance.StoreFailures), StringComparison.Ordinal);
    }

    private void Mend() => (_fleet.Store.OnGet, _fleet.Store.OnSet) = (null, null);

    private void Break(string how)
    {
        (_fleet.Store.OnGet, _fleet.Store.OnSet) = (_ => Misbehave<byte[]?>(how), _ => Misbehave<bool>(how));
    }

    private Task<T> Misbehave<T>(string how)
    {
        switch (how)
        {
            case "throws at once":
                throw new InvalidOperationException("scripted");

            case "throws its own exception type":
                throw new ScriptedException();

            case "fails":
                return Task.FromException<T>(new InvalidOperationException("scripted"));

            case "cancels itself":
                return Task.FromCanceled<T>(new CancellationToken(canceled: true));

            case "returns no task":
                return null!;

            case "blocks":
                _block.Wait(CancellationToken.None);
                return Task.FromResult(default(T)!);

            case "never responds":
                return new TaskCompletionSource<T>().Task;

            default:
                return ComeLateAsync();
        }

        async Task<T> ComeLateAsync()
        {
            await _late.Task;
            return how == "responds late" ? default(T)! : throw new InvalidOperationException("scripted, late");
        }
    }

    private static byte[] Make(string garbage, OptionsSnapshot options)
    {
        AccessToken token = new("stored", DateTimeOffset.MaxValue);
        TimeSpan life = TimeSpan.FromHours(1);
        return garbage switch
        {
            "nothing at all" => [],
            "one byte" => [1],
            "zeros" => new byte[100],
            "random bytes" => [1, .. System.Security.Cryptography.RandomNumberGenerator.GetBytes(99)],
            "a megabyte" => [1, .. new byte[1 << 20]],
            "text" => "{\"access_token\":\"stored\"}"u8.ToArray(),
            "an older version" => ReferenceSeal.Seal(options, token, life, version: 0),
            "a newer version" => ReferenceSeal.Seal(options, token, life, version: 2),
            _ => ReferenceSeal.Seal(options, token, life)[..^1],
        };
    }

    private sealed class ScriptedException() : Exception("scripted");
}
