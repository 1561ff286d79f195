using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Limit;

/// <summary>Who waits for the rate limit, for how long, and what it gets in the end.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task Call_WhosePlaceLiesWithinMaxWait_WaitsAndIsSent()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("5");

        Task<HttpResponseMessage> call = app.Client.GetAsync(RateLimitApp.Search);
        app.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Single(app.Sent);
        app.Clock.Advance(TimeSpan.FromSeconds(0.2));

        using HttpResponseMessage response = await call.Within();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, app.Sent.Count);
    }

    [Fact]
    public async Task Call_WhosePlaceLiesBeyondMaxWait_GetsA429ThatWasNotSent()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("6");
        using HttpRequestMessage request = new(HttpMethod.Get, RateLimitApp.Search);

        using HttpResponseMessage response = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("6", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal("""{"error":{"status":429,"message":"API rate limit exceeded"}}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Same(request, response.RequestMessage);
        Assert.True(RateLimitApp.IsUnsent(response));
        Assert.Single(app.Sent);
    }

    [Fact]
    public async Task NotSent_OnARequestThatIsSentLater_IsTakenOff()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        using HttpRequestMessage request = new(HttpMethod.Get, RateLimitApp.Search);
        await app.RejectAsync("1");
        app.Respond = _ => new HttpResponseMessage(HttpStatusCode.Accepted);
        using HttpMessageInvoker invoker = new(app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("b"));
        using HttpResponseMessage unsent = await invoker.SendAsync(request, default);
        Assert.True(RateLimitApp.IsUnsent(unsent));
        app.Clock.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage sent = await invoker.SendAsync(request, default);

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.False(request.Options.TryGetValue(SpotifyRateLimitOptions.NotSent, out _));
    }

    [Fact]
    public async Task Opening_WithManyWaiting_LetsOneGoFirstAndTheOthersAfterItsResponse()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("2");
        app.HoldsCalls = true;
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 5).Select(_ => app.Client.GetAsync(RateLimitApp.Search))];

        app.Clock.Advance(TimeSpan.FromSeconds(2.1));
        await Soon.UntilAsync(() => app.Sent.Count == 2);
        app.Clock.Advance(TimeSpan.FromSeconds(0.8));
        Assert.Equal(2, app.Sent.Count);
        app.Sent[1].End(HttpStatusCode.OK);

        await Soon.UntilAsync(() => app.Sent.Count == 6);
        foreach (SentCall sent in app.Sent.Skip(2))
        {
            sent.End(HttpStatusCode.OK);
        }

        Assert.All(await Task.WhenAll(calls).Within(), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task Opening_WhenTheFirstCallTakesASecond_LetsTheOthersFollow()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("2");
        app.HoldsCalls = true;
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 3).Select(_ => app.Client.GetAsync(RateLimitApp.Search))];

        app.Clock.Advance(TimeSpan.FromSeconds(2.1));
        await Soon.UntilAsync(() => app.Sent.Count == 2);
        app.Clock.Advance(TimeSpan.FromSeconds(1.1));

        await Soon.UntilAsync(() => app.Sent.Count == 4);
        app.Sent.Skip(1).ToList().ForEach(sent => sent.End(HttpStatusCode.OK));
        await Task.WhenAll(calls).Within();
    }

    [Fact]
    public async Task Opening_WhenTheFirstCallGetsA429_ClosesAgain()
    {
        await using RateLimitApp app = new(TimeSpan.FromMinutes(1));
        await app.RejectAsync("2");
        app.HoldsCalls = true;
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 2).Select(_ => app.Client.GetAsync(RateLimitApp.Search))];
        app.Clock.Advance(TimeSpan.FromSeconds(2.1));
        await Soon.UntilAsync(() => app.Sent.Count == 2);

        int changed = app.Clock.TimersChanged;
        app.Sent[1].End(RateLimitApp.Rejection("10"));
        await Soon.UntilAsync(() => app.Clock.TimersChanged == changed + 2); // it closes again, and the call waits again
        app.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(2, app.Sent.Count);
        app.HoldsCalls = false;
        app.Clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.All(await Task.WhenAll(calls).Within(), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(4, app.Sent.Count);
    }

    [Fact]
    public async Task Waiting_ForOnePath_HoldsUpNoOtherPath()
    {
        await using RateLimitApp app = new(TimeSpan.FromMinutes(1));
        await app.RejectAsync("30", RateLimitApp.Track);

        Task<HttpResponseMessage> waiting = app.Client.GetAsync(RateLimitApp.Track);
        await app.CallAsync(3, RateLimitApp.Album);

        Assert.False(waiting.IsCompleted);
        app.Clock.Advance(TimeSpan.FromSeconds(30.1));
        (await waiting.Within()).Dispose();
    }

    [Fact]
    public async Task Waiting_InAQueue_IsServedFirstComeFirstServed()
    {
        await using RateLimitApp app = new(TimeSpan.FromMinutes(1));
        await app.RejectAsync("2");
        Task[] calls = [.. Enumerable.Range(0, 20).Select(number => (Task)app.Client.GetAsync($"{RateLimitApp.Search}{number}"))];

        app.Clock.Advance(TimeSpan.FromSeconds(2.1));
        await Task.WhenAll(calls).Within();

        // Those behind the first one are let go at the same moment.
        Assert.Equal("?q=a0", app.Sent[1].Request.RequestUri!.Query);
        Assert.Equal(21, app.Sent.Count);
    }

    [Fact]
    public async Task Call_ThatGotA429_IsSentAgainOnceWithinMaxWait()
    {
        await using RateLimitApp app = new();
        int number = 0;
        app.Respond = _ => ++number == 1 ? RateLimitApp.Rejection("3") : new HttpResponseMessage(HttpStatusCode.Accepted);

        int changed = app.Clock.TimersChanged;
        Task<HttpResponseMessage> call = app.Client.PostAsJsonAsync(RateLimitApp.Search, Once());
        await Soon.UntilAsync(() => app.Clock.TimersChanged > changed);
        app.Clock.Advance(TimeSpan.FromSeconds(3.1));

        using HttpResponseMessage response = await call.Within();
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("[1,2]", await app.Sent[1].Request.Content!.ReadAsStringAsync());

        static IEnumerable<int> Once()
        {
            yield return 1;
            yield return 2;
        }
    }

    [Theory]
    [InlineData("3", 2)] // the second 429 is returned
    [InlineData("6", 1)] // its place lies beyond MaxWait
    public async Task Call_ThatGetsA429AndCannotBeSentAgain_GetsItAsItCame(string retryAfter, int sent)
    {
        await using RateLimitApp app = new();
        app.Respond = _ => RateLimitApp.Rejection(retryAfter);

        int changed = app.Clock.TimersChanged;
        Task<HttpResponseMessage> call = app.Client.GetAsync(RateLimitApp.Search);
        await Soon.UntilAsync(() => call.IsCompleted || app.Clock.TimersChanged > changed);
        app.Clock.Advance(TimeSpan.FromSeconds(3.1));

        using HttpResponseMessage response = await call.Within();
        Assert.Equal(retryAfter, Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.False(RateLimitApp.IsUnsent(response));
        Assert.Equal(sent, app.Sent.Count);
    }

    [Fact]
    public async Task MaxWait_OverBothWaitsOfACall_IsCountedOnce()
    {
        await using RateLimitApp app = new(TimeSpan.FromSeconds(10));
        await app.RejectAsync("6");
        Task<HttpResponseMessage> call = app.Client.GetAsync(RateLimitApp.Search);
        app.Respond = _ => RateLimitApp.Rejection("5");

        app.Clock.Advance(TimeSpan.FromSeconds(6.1));

        // 6.1 of the 10 seconds are over, and 5 more are too many.
        using HttpResponseMessage response = await call.Within();
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(2, app.Sent.Count);
    }

    [Fact]
    public async Task Call_WhenMaxWaitIsOverBeforeItsTurn_GetsA429ThatWasNotSent()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("4");
        app.HoldsCalls = true;
        Task<HttpResponseMessage> first = app.Client.GetAsync(RateLimitApp.Search);
        Task<HttpResponseMessage> second = app.Client.GetAsync(RateLimitApp.Search);
        app.Clock.Advance(TimeSpan.FromSeconds(4.1));
        await Soon.UntilAsync(() => app.Sent.Count == 2);
        app.Sent[1].End(RateLimitApp.Rejection("60"));
        await Soon.UntilAsync(() => app.Logs.Events(11).Count() == 2);

        app.Clock.Advance(TimeSpan.FromSeconds(0.9));

        using HttpResponseMessage unsent = await second.Within();
        Assert.True(RateLimitApp.IsUnsent(unsent));
        Assert.Equal("60", Assert.Single(unsent.Headers.GetValues("Retry-After")));
        using HttpResponseMessage rejected = await first.Within();
        Assert.False(RateLimitApp.IsUnsent(rejected));
    }

    [Fact]
    public async Task Cancellation_OfACallThatWaits_EndsItsOwnWaitAtOnce()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("4");
        using CancellationTokenSource cancellation = new();
        Task<HttpResponseMessage> cancelled = app.Client.GetAsync(RateLimitApp.Search, cancellation.Token);
        Task<HttpResponseMessage> other = app.Client.GetAsync(RateLimitApp.Search);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        Assert.False(other.IsCompleted);
        app.Clock.Advance(TimeSpan.FromSeconds(4.1));
        (await other.Within()).Dispose();
        Assert.Equal(2, app.Sent.Count);
    }

    [Fact]
    public async Task Send_WhenItMayWait_BlocksByTheMachinesClock()
    {
        await using RateLimitApp app = new(TimeSpan.FromMilliseconds(50));
        await app.RejectAsync("1");
        app.Clock.Advance(TimeSpan.FromSeconds(0.96));

        using HttpResponseMessage unsent = await Task.Run(() => app.Client.Send(new HttpRequestMessage(HttpMethod.Get, RateLimitApp.Search))).Within();
        Assert.True(RateLimitApp.IsUnsent(unsent));
        app.Clock.Advance(TimeSpan.FromSeconds(0.04));
        using HttpResponseMessage sent = app.Client.Send(new HttpRequestMessage(HttpMethod.Get, RateLimitApp.Search));

        Assert.False(RateLimitApp.IsUnsent(sent));
        Assert.Equal(2, app.Sent.Count);
    }

    [Fact]
    public async Task Call_WhileClosed_AsksForNoToken()
    {
        await using RateLimitApp app = new(TimeSpan.Zero);
        await app.RejectAsync("60");
        app.Clock.Advance(TimeSpan.FromHours(2));
        await app.RejectAsync("60");
        app.Logs.OnAdded = null;
        int acquired = app.Logs.Events(1).Count();
        app.Clock.AdvanceWall(TimeSpan.FromSeconds(30));
        Assert.NotNull(await app.RetryAfterAsync());

        Assert.Equal(acquired, app.Logs.Events(1).Count());
    }

    [Fact]
    public async Task TokenRequestException_OfTheCallThatGoesFirst_LetsAnotherGoFirst()
    {
        await using RateLimitApp app = new();
        await app.RejectAsync("2");
        await app.CallAsync(0);
        app.Respond = sent => sent.Request.RequestUri!.Query == "?q=a1" ? throw new TokenRequestException("no token", isTransient: true) : new HttpResponseMessage();
        Task<HttpResponseMessage> first = app.Client.GetAsync($"{RateLimitApp.Search}1");
        Task<HttpResponseMessage> second = app.Client.GetAsync(RateLimitApp.Search);

        app.Clock.Advance(TimeSpan.FromSeconds(2.1));

        await Assert.ThrowsAsync<TokenRequestException>(() => first.Within());
        (await second.Within()).Dispose();
        Assert.Single(app.Logs.Events(12));
    }
}
