using GaiaOrleans.Contracts.Problems;
using GaiaOrleans.Gateway.Charges;
using GaiaOrleans.Gateway.Legacy;
using GaiaOrleans.Gateway.Problems;
using GaiaOrleans.Gateway.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GaiaOrleans.Sessions;

/// <summary>
/// A gateway without a socket: the router and the lists of every gateway, handed their requests in memory. So there is one answer to which
/// side serves, under which epoch, and who is charged for it.
/// </summary>
internal sealed class InnerGateway(SessionRouter router, SessionList list, SessionCharges charges, OpenCalls calls, IOptions<LegacyCredential> credential)
{
    /// <exception cref="OperationCanceledException">The caller gave up; a change that was handed over runs to its end all the same.</exception>
    public Task<Reply> Send(Request request, CancellationToken cancellationToken) => Carry(request, cancellationToken).WaitAsync(cancellationToken);

    private async Task<Reply> Carry(Request request, CancellationToken cancellationToken)
    {
        calls.Enter();
        try
        {
            var (context, answered) = request.Open(cancellationToken);
            if (LegacyAuth.Header(credential.Value.Auth, credential.Value.Credential) is var (name, value)) context.Request.Headers.Append(name, value);
            var problem = await Route(context, request);
            await context.Response.CompleteAsync();
            await answered.Completed();
            await Charging.Charge(context, charges);
            cancellationToken.ThrowIfCancellationRequested();
            return Reply.Of(context, answered.Body.ToArray(), problem);
        }
        finally
        {
            calls.Leave();
        }
    }

    private async Task<GaiaException?> Route(HttpContext context, Request request)
    {
        try
        {
            if (HttpMethods.IsGet(request.Method)) await (request.Id is null ? list.Serve(context) : router.Read(context));
            else await router.Write(context);
            return null;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            var problem = ProblemHandler.Understand(e, request.Method);
            context.Features.Set(problem);
            context.Response.StatusCode = problem.Status;
            // A defect shows itself as it is: the log that the gateway's words point to is the caller's own.
            if (problem is UnexpectedException)
            {
                await Charging.Charge(context, charges);
                throw;
            }

            return problem;
        }
    }
}
