using System.Net;
using System.Text;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Answers the same to every request, and nothing of it at once: neither the answer, nor its stream, nor its bytes, nor the end.</summary>
internal sealed class SlowResponses(string body, Func<int, HttpStatusCode>? status = null, long? contentLength = null) : HttpMessageHandler
{
    private int _sent;

    public int Sent => Volatile.Read(ref _sent);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        HttpStatusCode answered = status?.Invoke(Interlocked.Increment(ref _sent)) ?? HttpStatusCode.OK;
        HttpResponseMessage response = new(answered) { RequestMessage = request, Content = new SlowContent(Encoding.UTF8.GetBytes(body)) };
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
