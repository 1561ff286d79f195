using System.Net;
using System.Net.Http.Json;
using System.Text;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>Which requests are sent again after a 401, and with which content.</summary>
public class ResendableContentTests
{
    public static TheoryData<string, Func<HttpContent?>> InMemory => new()
    {
        { "none", () => null },
        { "ByteArrayContent", () => new ByteArrayContent([0, 1, 2, 255]) },
        { "ByteArrayContent, a part", () => new ByteArrayContent([0, 1, 2, 255], 1, 2) },
        { "StringContent", () => new StringContent("ä€", Encoding.UTF8, "text/plain") },
        { "FormUrlEncodedContent", () => new FormUrlEncodedContent([new("a b", "c&d")]) },
        { "ReadOnlyMemoryContent", () => new ReadOnlyMemoryContent(new byte[] { 7, 8 }) },
        { "JsonContent", () => JsonContent.Create(new Dictionary<string, int> { ["limit"] = 10 }) },
        { "MultipartFormDataContent", () => new MultipartFormDataContent { { new StringContent("x"), "a" }, { new ByteArrayContent([1]), "b", "f" } } },
        { "nested MultipartContent", () => new MultipartContent { new MultipartContent { JsonContent.Create(1) }, new StringContent("y") } },
    };

    public static TheoryData<string, Func<HttpContent>> Streams => new()
    {
        { "StreamContent", () => new StreamContent(new MemoryStream([1, 2])) },
        { "a content of the caller's own", () => new PushContent() },
        { "MultipartContent with a stream", () => new MultipartContent { new StringContent("x"), new StreamContent(new MemoryStream([1])) } },
        { "nested MultipartContent with a stream", () => new MultipartContent { new MultipartContent { new PushContent() } } },
    };

    [Theory]
    [MemberData(nameof(InMemory))]
    public async Task SendAsync_With401AndContentInMemory_SendsTheSameBytesAgain(string kind, Func<HttpContent?> create)
    {
        using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1");
        using HttpRequestMessage request = new(HttpMethod.Post, "https://api.spotify.com/v1/x") { Content = create() };

        using HttpResponseMessage response = await pipeline.SendAsync(request);

        Assert.True(UnauthorizedRetry.IsResendable(request.Content), kind);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
        Assert.Equal(pipeline.Api.Sent[0].Body, pipeline.Api.Sent[1].Body);
        Assert.Equal(request.Content is null, pipeline.Api.Sent[1].Body.Length == 0);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Send_With401AndAStream_ReturnsTheReadable401AndOnlyStartsTheRenewal(string kind, Func<HttpContent> create)
    {
        foreach (bool isAsync in new[] { true, false })
        {
            using BearerPipeline pipeline = new(sent =>
                sent.Number == 1 ? ScriptedApi.Response(HttpStatusCode.Unauthorized, "no") : ScriptedApi.Response(HttpStatusCode.OK));
            _ = await pipeline.Provider.GetTokenAsync();
            pipeline.Source.Response = null;
            using HttpRequestMessage request = new(HttpMethod.Post, "https://api.spotify.com/v1/x") { Content = create() };

            using HttpResponseMessage response = await pipeline.SendAsync(request, isAsync);

            Assert.False(UnauthorizedRetry.IsResendable(request.Content), kind);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("no", await response.Content.ReadAsStringAsync());
            await Soon.UntilAsync(() => pipeline.Source.Acquisitions.Count == 2);
            Assert.Equal("token-1", pipeline.Source.Acquisitions[1].Rejected?.Value);

            pipeline.Source.Acquisitions[1].Grant();
            await Soon.UntilAsync(() => pipeline.Provider.TryGetCached()?.Value == "token-2");
            using HttpResponseMessage later = await pipeline.SendAsync(isAsync: isAsync);
            Assert.Equal(["Bearer token-1", "Bearer token-2"], pipeline.Authorizations);
        }
    }

    private sealed class PushContent : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => stream.WriteByte(1);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[] { 1 }).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
