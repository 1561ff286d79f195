using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Rejected tokens force renewals at growing intervals, until the API accepts a token.</summary>
public class BearerTokenHandlerAcceptanceTests
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.Forbidden, false)]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    public async Task SendAsync_ResponseToANewToken_ResetsThePauseOnlyIfSuccessful(HttpStatusCode status, bool resets)
    {
        foreach (bool isAsync in new[] { true, false })
        {
            HttpStatusCode response = HttpStatusCode.Unauthorized;
            using BearerPipeline pipeline = new(_ => ScriptedApi.Response(response));
            await SendAsync(pipeline, isAsync);
            pipeline.Clock.Advance(FirstPause);
            await SendAsync(pipeline, isAsync);
            Assert.Equal(3, pipeline.Source.Acquisitions.Count);

            response = status;
            await SendAsync(pipeline, isAsync);
            response = HttpStatusCode.Unauthorized;
            pipeline.Clock.Advance(FirstPause);
            await SendAsync(pipeline, isAsync);

            Assert.Equal(resets ? 4 : 3, pipeline.Source.Acquisitions.Count);
        }
    }

    [Fact]
    public async Task SendAsync_SuccessfulRetry_CountsAsAcceptance()
    {
        string good = "Bearer token-3";
        using BearerPipeline pipeline = new(sent => ScriptedApi.Response(sent.Authorization == good ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
        await SendAsync(pipeline);
        pipeline.Clock.Advance(FirstPause);
        await SendAsync(pipeline);
        Assert.Equal("Bearer token-3", pipeline.Api.Sent[^1].Authorization);

        good = "Bearer token-4";
        pipeline.Clock.Advance(FirstPause);
        await SendAsync(pipeline);

        Assert.Equal("Bearer token-4", pipeline.Api.Sent[^1].Authorization);
    }

    [Fact]
    public async Task SendAsync_SuccessAfterARedirectDroppedTheToken_IsNoAcceptance()
    {
        bool isRedirected = false;
        using BearerPipeline pipeline = new(sent =>
        {
            HttpResponseMessage response = ScriptedApi.Response(isRedirected ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
            response.RequestMessage = isRedirected ? BearerPipeline.Get() : sent.Message;
            return response;
        });
        await SendAsync(pipeline);
        pipeline.Clock.Advance(FirstPause);
        await SendAsync(pipeline);

        isRedirected = true;
        await SendAsync(pipeline);
        isRedirected = false;
        pipeline.Clock.Advance(FirstPause);
        await SendAsync(pipeline);

        Assert.Equal(3, pipeline.Source.Acquisitions.Count);
    }

    [Fact]
    public async Task SendAsync_ApiThatAlwaysReturns401_RenewsAtGrowingIntervals()
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized);
        List<double> renewedAt = [];
        pipeline.Source.Response = acquisition =>
        {
            renewedAt.Add((pipeline.Clock.GetUtcNow() - pipeline.Clock.Start).TotalSeconds);
            acquisition.Grant();
        };

        for (TimeSpan elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromMinutes(30); elapsed += TimeSpan.FromSeconds(5))
        {
            using HttpResponseMessage response = await pipeline.SendAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            pipeline.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        // The first token and its replacement come without a pause. The pauses then double from 30 s to the renewal window of 5 minutes.
        double[] pauses = [.. renewedAt.Skip(1).Zip(renewedAt.Skip(2), (earlier, later) => later - earlier)];
        Assert.Equal([30, 60, 120, 240, 300, 300, 300, 300], pauses);
    }

    private static async Task SendAsync(BearerPipeline pipeline, bool isAsync = true)
    {
        using HttpResponseMessage response = await pipeline.SendAsync(isAsync: isAsync);
    }
}
