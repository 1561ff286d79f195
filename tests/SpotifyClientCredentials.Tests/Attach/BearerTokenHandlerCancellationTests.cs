using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Cancelling a call ends that call only, not those that wait for the same token.</summary>
public class BearerTokenHandlerCancellationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_CancelledWhileWaitingForTheToken_EndsThisCallImmediately(bool isAsync)
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = null;
        using CancellationTokenSource cancellation = new();
        Task<HttpResponseMessage> cancelled = Start(pipeline, isAsync, cancellation.Token);
        await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 1);
        Task<HttpResponseMessage> other = Start(pipeline, isAsync, CancellationToken.None);

        await cancellation.CancelAsync();

        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Soon.HangLimit));
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        Assert.Empty(pipeline.Api.Sent);
        Assert.False(pipeline.Source.Acquisitions[0].CancellationToken.IsCancellationRequested);

        pipeline.Source.Acquisitions[0].Grant();
        using HttpResponseMessage response = await other.WaitAsync(Soon.HangLimit);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(pipeline.Source.Acquisitions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_CancelledWhileWaitingForTheRenewal_DisposesThe401AndEndsThisCallOnly(bool isAsync)
    {
        WatchedContent rejection = new();
        using BearerPipeline pipeline = new(sent => sent.Authorization == "Bearer token-1"
            ? new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = rejection }
            : ScriptedApi.Response(HttpStatusCode.OK));
        _ = await pipeline.Provider.GetTokenAsync();
        pipeline.Source.Response = null;
        using CancellationTokenSource cancellation = new();
        Task<HttpResponseMessage> cancelled = Start(pipeline, isAsync, cancellation.Token);
        await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 2);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Soon.HangLimit));
        Assert.True(rejection.IsDisposed);
        pipeline.Source.Acquisitions[1].Grant();
        await Soon.UntilAsync(() => pipeline.Provider.TryGetCached()?.Value == "token-2");
        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Fact]
    public async Task SendAsync_HttpClientTimeoutWhileWaiting_ThrowsTaskCanceledExceptionWithTimeoutExceptionInside()
    {
        using BearerPipeline pipeline = new();
        pipeline.Source.Response = null;
        using HttpClient client = new(pipeline.Handler, disposeHandler: false) { Timeout = TimeSpan.FromMilliseconds(50) };

        TaskCanceledException thrown = await Assert.ThrowsAsync<TaskCanceledException>(
            () => client.GetAsync("https://api.spotify.com/v1/tracks/1").WaitAsync(Soon.HangLimit));

        Assert.IsType<TimeoutException>(thrown.InnerException);
        Assert.Empty(pipeline.Api.Sent);
    }

    // Task.Run, because a synchronous call blocks its thread.
    private static Task<HttpResponseMessage> Start(BearerPipeline pipeline, bool isAsync, CancellationToken cancellationToken) =>
        Task.Run(() => pipeline.SendAsync(isAsync: isAsync, cancellationToken: cancellationToken), CancellationToken.None);
}
