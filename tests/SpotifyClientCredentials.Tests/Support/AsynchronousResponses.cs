using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Returns the same response to every request. Each step completes asynchronously: the response, its stream, each read and the disposal.</summary>
internal sealed class AsynchronousResponses(string body, long? contentLength = null) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        HttpResponseMessage response = new(HttpStatusCode.OK) { RequestMessage = request, Content = new SlowContent(Encoding.UTF8.GetBytes(body)) };
        response.Content.Headers.ContentType = new("application/json");
        response.Content.Headers.ContentLength = contentLength;
        return response;
    }

    private sealed class SlowContent(byte[] body) : HttpContent
    {
        protected override async Task<Stream> CreateContentReadStreamAsync()
        {
            await Task.Yield();
            return new SlowStream(body);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class SlowStream(byte[] body) : MemoryStream(body)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await base.ReadAsync(buffer, cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            await Task.Yield();
            await base.DisposeAsync();
        }
    }
}
