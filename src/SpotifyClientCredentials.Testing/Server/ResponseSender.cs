using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Sends a response to the client.</summary>
internal static class ResponseSender
{
    public static Task SendAsync(HttpContext context, FakeResponse response) => response.Kind switch
    {
        FakeResponseKind.NoResponse => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted),
        FakeResponseKind.ConnectionReset => ResetAsync(context),
        _ => WriteAsync(context, response),
    };

    private static Task ResetAsync(HttpContext context)
    {
        // HttpContext.Abort only guarantees that the connection is closed. A FIN would appear as an empty response.
        Socket socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        socket.Close(timeout: 0);
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, FakeResponse scripted)
    {
        HttpResponse response = context.Response;
        response.StatusCode = (int)scripted.StatusCode;
        bool chunked = scripted.Headers.ContainsKey("Transfer-Encoding");
        foreach ((string name, IReadOnlyList<string> values) in scripted.Headers)
        {
            // Kestrel sends the chunks itself unless the application sets this header.
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers[name] = values.ToArray();
            }
        }

        bool allowsBody = response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);
        if (allowsBody && !chunked)
        {
            response.ContentLength ??= scripted.Body.Length;
        }

        await response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        if (allowsBody)
        {
            await response.Body.WriteAsync(scripted.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
