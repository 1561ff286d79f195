using System.Net;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>
/// A token that the API has accepted on any path is replaced at once when it's rejected, a few times in a row. If the API has accepted none of
/// the tokens that replaced another, the next one is requested after a delay that grows.
/// </summary>
public class BearerTokenHandlerAcceptanceTests
{
    private const string OtherPath = "https://api.spotify.com/v1/search";

    [Theory]
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.Found, true)]
    [InlineData(HttpStatusCode.NotModified, true)]
    [InlineData(HttpStatusCode.BadRequest, true)]
    [InlineData(HttpStatusCode.Forbidden, true)]
    [InlineData(HttpStatusCode.NotFound, true)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    public async Task Send_ResponseToANewToken_AcceptsItUnlessItIs401Or429OrAServerError(HttpStatusCode status, bool isAccepted)
    {
        foreach (bool isAsync in new[] { true, false })
        {
            HttpStatusCode current = HttpStatusCode.Unauthorized;
            using BearerPipeline pipeline = new(_ => ScriptedApi.Response(current));
            await SendAsync(pipeline, isAsync);
            Assert.Equal(2, pipeline.Source.Acquisitions.Count);

            current = status;
            await SendAsync(pipeline, isAsync, OtherPath);
            current = HttpStatusCode.Unauthorized;
            await SendAsync(pipeline, isAsync, OtherPath);

            Assert.Equal(isAccepted ? 3 : 2, pipeline.Source.Acquisitions.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_SecondSendThatSucceeds_CountsAsAcceptance(bool isAsync)
    {
        string good = "Bearer token-2";
        using BearerPipeline pipeline = new(sent => ScriptedApi.Response(sent.Authorization == good ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
        await SendAsync(pipeline, isAsync);

        good = "Bearer token-3";
        await SendAsync(pipeline, isAsync);

        Assert.Equal("Bearer token-3", pipeline.Api.Sent[^1].Authorization);
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

        isRedirected = true;
        await SendAsync(pipeline);
        isRedirected = false;
        await SendAsync(pipeline);

        Assert.Equal(2, pipeline.Source.Acquisitions.Count);
    }

    [Fact]
    public async Task SendAsync_AcceptedTokensRejectedInARow_AreReplacedAtOnceFourTimesAndThenEach30Seconds()
    {
        int least = 0;
        using BearerPipeline pipeline = new(sent => ScriptedApi.Response(NumberOf(sent) > least ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
        await SendAsync(pipeline);
        for (least = 1; least <= 4; least++)
        {
            await SendAsync(pipeline);
            Assert.Equal(least + 1, pipeline.Source.Acquisitions.Count);
        }

        await SendAsync(pipeline);
        Assert.Equal(5, pipeline.Source.Acquisitions.Count);
        pipeline.Clock.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        await SendAsync(pipeline);
        Assert.Equal(5, pipeline.Source.Acquisitions.Count);
        pipeline.Clock.Advance(TimeSpan.FromTicks(1));
        await SendAsync(pipeline);

        Assert.Equal(6, pipeline.Source.Acquisitions.Count);
        Assert.Equal("Bearer token-6", pipeline.Api.Sent[^1].Authorization);
    }

    [Fact]
    public async Task SendAsync_ApiThatAlwaysReturns401_RenewsAtIntervalsThatDoubleUpToTheRenewalWindow()
    {
        using BearerPipeline pipeline = BearerPipeline.Responding(HttpStatusCode.Unauthorized);
        List<double> renewedAt = [];
        pipeline.Source.Response = acquisition =>
        {
            renewedAt.Add((pipeline.Clock.GetUtcNow() - pipeline.Clock.Start).TotalSeconds);
            acquisition.Grant();
        };

        for (int second = 0; second < 1200; second++)
        {
            using HttpResponseMessage response = await pipeline.SendAsync();
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            pipeline.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        // The first token and its replacement come without a delay.
        double[] delays = [.. renewedAt.Skip(1).Zip(renewedAt.Skip(2), (earlier, later) => later - earlier)];
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], delays);
    }

    private static int NumberOf(SentRequest sent) => int.Parse(sent.Header!.Parameter!["token-".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task SendAsync(BearerPipeline pipeline, bool isAsync = true, string uri = "https://api.spotify.com/v1/tracks/1")
    {
        using HttpResponseMessage response = await pipeline.SendAsync(BearerPipeline.Get(uri), isAsync);
    }
}
