using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>What Kestrel calls for every request.</summary>
internal sealed class HttpApplication(Func<HttpContext, Task> response) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await response(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client went away, or the server is being disposed: nobody is left to answer
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }
}
