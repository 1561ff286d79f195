using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Passes each request from Kestrel to a function.</summary>
internal sealed class HttpApplication(Func<HttpContext, Task> respond) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await respond(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected or the server is being disposed, so no response can be sent.
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }
}
