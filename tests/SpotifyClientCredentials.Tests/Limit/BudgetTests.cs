using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Limit;

/// <summary>How many calls may be sent after a 429: nine tenths of those that were allowed in the 30 seconds before it.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task Budget_AfterA429_IsNineTenthsOfTheCallsBeforeItForAny30Seconds()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(40);
        await app.RejectAsync("5");
        app.Clock.Advance(TimeSpan.FromSeconds(31)); // the 40 calls no longer hold places

        Assert.Equal(36, await CountSentAsync(app, 60));
        app.Clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(0, await CountSentAsync(app, 5));
        app.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(36, await CountSentAsync(app, 60));
    }

    [Fact]
    public async Task Budget_AtFirst_IsUsedUpByTheCallsBeforeTheClosing()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(20);
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        await app.CallAsync(20);
        await app.RejectAsync("5");
        app.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, await CountSentAsync(app, 5));
        app.Clock.Advance(TimeSpan.FromSeconds(5.25)); // the first 20 hold no places any more
        Assert.Equal(15, await CountSentAsync(app, 30)); // of 36, the other 20 and the 429 still hold theirs
    }

    [Theory]
    [InlineData(19, 60)]
    [InlineData(20, 18)]
    public async Task Budget_OfFewerThan20Calls_IsNotLearned(int before, int sent)
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(before);
        await app.RejectAsync("5");
        app.Clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(sent, await CountSentAsync(app, 60));
    }

    [Fact]
    public async Task Budget_WithCallsInFlightAtThe429_CountsThoseThatAreAllowedLater()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(20);
        app.HoldsCalls = true;
        Task<HttpResponseMessage>[] late = [.. Enumerable.Range(0, 30).Select(_ => app.Client.GetAsync(RateLimitApp.Album))];
        await Soon.UntilAsync(() => app.Sent.Count == 50);
        app.HoldsCalls = false;
        await app.RejectAsync("5");
        app.Sent.Skip(20).Take(20).ToList().ForEach(sent => sent.End(HttpStatusCode.NotFound));
        app.Sent.Skip(40).Take(10).ToList().ForEach(sent => sent.Fail());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Task.WhenAll(late).Within());

        app.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(36, await CountSentAsync(app, 60)); // nine tenths of 20 + 20
    }

    [Fact]
    public async Task Budget_TenMinutesAfterTheClosingWithoutA429_IsForgotten()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(20);
        await app.RejectAsync("5");
        app.Clock.Advance(TimeSpan.FromSeconds(604.9));
        Assert.Equal(18, await CountSentAsync(app, 30));

        app.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(30, await CountSentAsync(app, 30));
    }

    [Fact]
    public async Task Budget_WithAnother429_IsLearnedAnew()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(60);
        await app.RejectAsync("1");
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(54, await CountSentAsync(app, 60));
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        await app.CallAsync(30);
        await app.RejectAsync("1");
        app.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(27, await CountSentAsync(app, 60));
    }

    [Fact]
    public async Task Budget_OfAnAppWithTwoClosedPaths_CountsTheCallsOfAllPaths()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(40, RateLimitApp.Album);
        await app.RejectAsync("1", RateLimitApp.Track);
        await app.RejectAsync("1", RateLimitApp.Search);
        app.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(20, await CountSentAsync(app, 20, RateLimitApp.Album));
        Assert.Equal(16, await CountSentAsync(app, 30, RateLimitApp.Search));
    }

    [Fact]
    public async Task Place_OfACallInFlight_IsHeldUntil30SecondsAfterItsResponse()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.CallAsync(20);
        await app.RejectAsync("1");
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        await app.CallAsync(1); // goes first
        app.HoldsCalls = true;
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 17).Select(_ => app.Client.GetAsync(RateLimitApp.Search))];
        await Soon.UntilAsync(() => app.Sent.Count == 39);
        app.HoldsCalls = false;

        app.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await CountSentAsync(app, 5));
        app.Sent.Skip(22).Take(17).ToList().ForEach(sent => sent.End(HttpStatusCode.OK));
        await Task.WhenAll(calls).Within();
        app.Clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(0, await CountSentAsync(app, 5));
        app.Clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(18, await CountSentAsync(app, 30));
    }

    [Fact]
    public async Task RetryAfter_WhereTheBudgetIsUsedUp_IsTheTimeUntilTheNextPlace()
    {
        await using RateLimitApp app = new(TimeSpan.FromSeconds(5));
        await app.CallAsync(20);
        await app.RejectAsync("1");

        Assert.Equal(31, await app.RetryAfterAsync()); // the quarter of a second in which the calls ended, and 30 seconds
    }

    [Fact]
    public async Task Queue_ForPlaces_RefusesWhosePlaceLiesBeyondMaxWait()
    {
        await using RateLimitApp app = new(TimeSpan.FromSeconds(40));
        await app.CallAsync(20);
        await app.RejectAsync("1");
        List<Task<HttpResponseMessage>> calls = [.. Enumerable.Range(0, 18).Select(_ => app.Client.GetAsync(RateLimitApp.Search))];

        Assert.Equal(61, await app.RetryAfterAsync()); // the second round of places
        app.Clock.Advance(TimeSpan.FromSeconds(31));

        Assert.All(await Task.WhenAll(calls).Within(), response => Assert.False(RateLimitApp.IsUnsent(response)));
    }

    private static async Task<int> CountSentAsync(RateLimitApp app, int calls, string address = RateLimitApp.Search)
    {
        int sent = 0;
        for (int i = 0; i < calls; i++)
        {
            sent += await app.RetryAfterAsync(address) is null ? 1 : 0;
        }

        return sent;
    }
}
