using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Limit;

/// <summary>What a 429 closes, and for how long.</summary>
public sealed class ClosingTests
{
    [Theory]
    [InlineData("7", 7)]
    [InlineData("100000", 86_400)] // at most 24 hours
    [InlineData("999999999999", 86_400)]
    [InlineData("Sat, 01 Jan 2000 00:01:40 GMT", 100)]
    [InlineData("0", 1)]
    [InlineData("soon", 1)]
    [InlineData(null, 1)]
    public async Task Call_AfterA429_IsHeldForTheRetryAfter(string? retryAfter, int seconds)
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync(retryAfter);

        app.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Equal(1, await app.RetryAfterAsync());
        app.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await app.RetryAfterAsync());
    }

    [Fact]
    public async Task Closing_WithoutRetryAfterInARow_DoublesFromOneTo30Seconds()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        List<int?> seconds = [];
        for (int i = 0; i < 7; i++)
        {
            await app.RejectAsync(retryAfter: null);
            seconds.Add(await app.RetryAfterAsync());
            app.Clock.Advance(TimeSpan.FromSeconds(seconds[^1]!.Value));
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], seconds);
        Assert.Null(await app.RetryAfterAsync()); // another status ends the row
        await app.RejectAsync(retryAfter: null);
        Assert.Equal(1, await app.RetryAfterAsync());
    }

    [Fact]
    public async Task Closing_OfAPath_HoldsNoOtherPathAndTakesIdsAsOne()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync("60", RateLimitApp.Track);

        Assert.Equal(60, await app.RetryAfterAsync("https://api.spotify.com/v1/tracks/1shdxVNDNlEXxDplgHlus0?market=SE"));
        Assert.Equal(60, await app.RetryAfterAsync(RateLimitApp.Track, "b"));
        Assert.Null(await app.RetryAfterAsync(RateLimitApp.Album));
        Assert.Null(await app.RetryAfterAsync("https://api.spotify.com/v1/tracks"));
        Assert.Null(await app.RetryAfterAsync("https://example.com/v1/tracks/4cOdK2wGLETKBW3PvgPWqT"));
    }

    [Theory]
    [InlineData(599, true)]
    [InlineData(601, false)]
    public async Task Closing_OfASecondPathWithinTenMinutes_ClosesTheApp(int seconds, bool closesApp)
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync("1", RateLimitApp.Track);
        app.Clock.Advance(TimeSpan.FromSeconds(seconds));

        await app.RejectAsync("60", RateLimitApp.Search);

        Assert.Equal(closesApp ? 60 : null, await app.RetryAfterAsync(RateLimitApp.Album));
    }

    [Fact]
    public async Task Closing_OfAPathThatHasIts429ToItself_NeverClosesTheApp()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync("1", RateLimitApp.Track);
        await app.CallAsync(1, RateLimitApp.Album); // works, while the other path is closed

        await app.RejectAsync("60", RateLimitApp.Search);

        Assert.Null(await app.RetryAfterAsync(RateLimitApp.Album));
        app.Clock.Advance(TimeSpan.FromSeconds(60));
        await app.RejectAsync("60", RateLimitApp.Track);
        Assert.Null(await app.RetryAfterAsync(RateLimitApp.Album));
    }

    [Fact]
    public async Task Closing_OfAPathThatWorkedAgain_CountsForTheAppAgain()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync("1", RateLimitApp.Track);
        await app.CallAsync(1, RateLimitApp.Album);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await app.CallAsync(1, RateLimitApp.Track); // no longer to itself

        await app.RejectAsync("60", RateLimitApp.Track);
        await app.RejectAsync("60", RateLimitApp.Search);

        Assert.Equal(60, await app.RetryAfterAsync(RateLimitApp.Album));
    }

    [Fact]
    public async Task Rejection_OfACallThatWasInFlight_CanOnlyLengthen()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        app.HoldsCalls = true;
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 4).Select(_ => app.Client.GetAsync(RateLimitApp.Search))];
        await Soon.UntilAsync(() => app.Sent.Count == 4);

        app.Sent[0].End(RateLimitApp.Rejection(null));
        await Soon.UntilAsync(() => calls.Count(call => call.IsCompleted) == 1);
        Assert.Equal(1, await app.RetryAfterAsync());
        app.Sent[1].End(RateLimitApp.Rejection(null)); // neither a row nor longer
        await Soon.UntilAsync(() => calls.Count(call => call.IsCompleted) == 2);
        Assert.Equal(1, await app.RetryAfterAsync());
        app.Sent[2].End(RateLimitApp.Rejection("9"));
        await Soon.UntilAsync(() => calls.Count(call => call.IsCompleted) == 3);
        Assert.Equal(9, await app.RetryAfterAsync());
        app.Sent[3].End(RateLimitApp.Rejection("3"));
        await Soon.UntilAsync(() => calls.Count(call => call.IsCompleted) == 4);
        Assert.Equal(9, await app.RetryAfterAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closing_WhenEitherClockSaysSo_IsOver(bool isWall)
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync("60");

        if (isWall)
        {
            app.Clock.AdvanceWall(TimeSpan.FromSeconds(60));
        }
        else
        {
            app.Clock.AdvanceMonotonic(TimeSpan.FromSeconds(60));
        }

        Assert.Null(await app.RetryAfterAsync());
    }

    [Fact]
    public async Task Paths_BeyondThe64th_DisplaceAnOpenOneFirst()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        for (int i = 0; i < 64; i++)
        {
            await app.CallAsync(1, RateLimitApp.Album); // so that each path has its 429 to itself
            await app.RejectAsync(i == 30 ? "1" : "600", $"https://api.spotify.com/v1/path{i}");
        }

        app.Clock.Advance(TimeSpan.FromSeconds(2)); // opens path 30
        await app.CallAsync(1, RateLimitApp.Album);
        await app.RejectAsync("700", "https://api.spotify.com/v1/path64");

        Assert.Equal(700, await app.RetryAfterAsync("https://api.spotify.com/v1/path64"));
        Assert.Equal(598, await app.RetryAfterAsync("https://api.spotify.com/v1/path0"));
        await app.CallAsync(1, RateLimitApp.Album);
        await app.RejectAsync("700", "https://api.spotify.com/v1/path65"); // none is open now: the one that opens first
        Assert.Equal(63, (await Task.WhenAll(Enumerable.Range(0, 64).Select(i => app.RetryAfterAsync($"https://api.spotify.com/v1/path{i}"))))
            .Count(seconds => seconds == 598) + 1);
    }

    [Fact]
    public async Task ClientId_WhenItChanges_OpensEverythingAndIgnoresOlderCalls()
    {
        await using RateLimitApp app = new(TimeSpan.FromHours(1));
        app.HoldsCalls = true;
        Task<HttpResponseMessage> older = app.Client.GetAsync(RateLimitApp.Album);
        await Soon.UntilAsync(() => app.Sent.Count == 1);
        app.HoldsCalls = false;
        await app.RejectAsync("60");
        Task<HttpResponseMessage> waiting = app.Client.GetAsync(RateLimitApp.Search);
        Assert.False(waiting.IsCompleted);

        app.Configuration["ClientId"] = "second";
        app.Configuration.Reload();

        (await waiting.Within()).Dispose();
        app.Sent[0].End(RateLimitApp.Rejection("60"));
        (await older.Within()).Dispose();
        Assert.Null(await app.RetryAfterAsync(RateLimitApp.Album));
    }
}
